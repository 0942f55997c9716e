const MISSING = -1;
const NOT_JUDGED = -2;
const BANDS = [
  ["1.0: same meaning", (score) => score >= 1],
  ["0.7-0.9: harmless differences", (score) => score >= 0.7 && score < 1],
  ["0.3-0.6: partly right", (score) => score >= 0.3 && score < 0.7],
  ["0-0.2: wrong", (score) => score >= 0 && score < 0.3],
  ["unavailable", (score) => score === MISSING],
  ["none", (score) => score === NOT_JUDGED],
];

/** The rollouts as columns, with a column of small numbers for every filter. */
class Rows {
  constructor(head) {
    Object.assign(this, head);
    this.length = head.problem.length;
    for (const name of ["problem", "run", "number", "rule", "flag"]) this[name] = Uint32Array.from(head[name]);
    this.score = Float64Array.from(head.score);
    this.second = Float64Array.from(head.second);
    this.conditions = [...new Set(head.runs.map(([name]) => name))];
    this.seeds = [...new Set(head.runs.map(([, seed]) => seed))];
    this.band = Uint8Array.from(this.score, (score) => BANDS.findIndex(([, holds]) => holds(score)));
    this.starts = this.#starts();
    this.agreement = this.#agreement();
  }

  condition(row) {
    return this.runs[this.run[row]][0];
  }

  seed(row) {
    return this.runs[this.run[row]][1];
  }

  /** Condition and seed in words. */
  name(row) {
    const [condition, seed] = this.runs[this.run[row]];
    return spelt(seed === "-" ? condition : `${condition}, ${seed}`);
  }

  /** Verdict, with the rule where one rejected it. */
  verdictOf(row) {
    const [verdict, rule] = [this.verdicts[this.verdict[row]], this.rules[this.rule[row]]];
    return spelt(rule ? `${verdict}: ${rule}` : verdict);
  }

  id(row) {
    return this.problems[this.problem[row]];
  }

  /** The address of a rollout within the page. */
  link(row) {
    const parts = [this.task, this.condition(row), this.seed(row).replace("seed ", ""), this.id(row)];
    return `#/${parts.map(address).join("/")}/${this.number[row]}`;
  }

  /** The row of an address, or -1. */
  find(link) {
    const id = this.#problemOf(link);
    if (id < 0) return -1;
    for (let row = this.starts[id]; row < this.starts[id + 1]; row++) if (this.link(row) === link) return row;
    return -1;
  }

  #problemOf(link) {
    const part = link.split("/")[4];
    return this.problems.findIndex((id) => address(id) === part);
  }

  #starts() {
    const starts = new Uint32Array(this.problems.length + 1).fill(this.length);
    for (let row = this.length - 1; row >= 0; row--) starts[this.problem[row]] = row;
    for (let id = this.problems.length - 1; id >= 0; id--) starts[id] = Math.min(starts[id], starts[id + 1]);
    return starts;
  }

  /** By problem: 0 all conditions solve it, 1 some do, 2 none does (in at least one rollout). */
  #agreement() {
    const place = new Map(this.conditions.map((name, at) => [name, at]));
    return Uint8Array.from(this.problems, (_, id) => {
      const solved = new Map();
      for (let row = this.starts[id]; row < this.starts[id + 1]; row++) {
        const at = place.get(this.condition(row));
        solved.set(at, solved.get(at) || this.passes[row] === 1);
      }
      const count = [...solved.values()].filter(Boolean).length;
      return count === solved.size ? 0 : count ? 1 : 2;
    });
  }
}

function address(text) {
  return encodeURIComponent(text.toWellFormed());
}

function scored(score) {
  if (score === MISSING) return "unavailable";
  return score === NOT_JUDGED ? "" : score.toFixed(2);
}
