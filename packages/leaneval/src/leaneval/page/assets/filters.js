const AGREEMENTS = ["all conditions", "some, not all", "no condition"];

/** The form above the list: what it offers, and which rows it lets through. */
class Filters {
  constructor(form, rows, changed) {
    Object.assign(this, { form, rows });
    this.#offer("condition", rows.conditions, counted(rows.length, (row) => rows.conditions.indexOf(rows.condition(row))));
    this.#offer("seed", rows.seeds, counted(rows.length, (row) => rows.seeds.indexOf(rows.seed(row))));
    this.#offer("verdict", rows.verdicts, counted(rows.length, (row) => rows.verdict[row]));
    this.#offer("rule", rows.rules, counted(rows.length, (row) => rows.rule[row]));
    this.#offer("band", BANDS.map(([name]) => name), counted(rows.length, (row) => rows.band[row]));
    this.#offer("flag", this.#flagNames(), null);
    this.#offer("tag", rows.tags, null);
    this.#offer("agree", rows.conditions.length > 1 ? AGREEMENTS : [], null);
    this.flagged = this.#flagNames().map((name) => rows.flags.map((flags) => flags.includes(name)));
    this.tagged = rows.tags.map((_, tag) => rows.tagged.map((tags) => tags.includes(tag)));
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(changed));
  }

  get words() {
    return this.form.elements.text.value;
  }

  /** The rows that pass, ascending; `index` finds the words. */
  apply(index) {
    const { rows } = this;
    const tests = this.#tests();
    const marks = this.words.trim() ? index.find(this.words) : null;
    const shown = new Uint32Array(rows.length);
    let size = 0;
    for (let row = 0; row < rows.length; row++) {
      if (marks && !marks[row]) continue;
      if (tests.every((test) => test(row))) shown[size++] = row;
    }
    return shown.subarray(0, size);
  }

  #tests() {
    const { rows } = this;
    const made = {
      condition: (at) => (row) => rows.condition(row) === rows.conditions[at],
      seed: (at) => (row) => rows.seed(row) === rows.seeds[at],
      verdict: (at) => (row) => rows.verdict[row] === at,
      rule: (at) => (row) => rows.rule[row] === at,
      band: (at) => (row) => rows.band[row] === at,
      flag: (at) => (row) => this.flagged[at][rows.flag[row]],
      tag: (at) => (row) => this.tagged[at][rows.problem[row]],
      agree: (at) => (row) => rows.agreement[rows.problem[row]] === at,
    };
    return Object.entries(made)
      .map(([key, test]) => [this.form.elements[key].value, test])
      .filter(([value]) => value !== "")
      .map(([value, test]) => test(Number(value)));
  }

  #flagNames() {
    return [...new Set(this.rows.flags.flat())];
  }

  /** Options for those names that some row has; a field with nothing to choose is left out. */
  #offer(key, names, counts) {
    const select = this.form.elements[key];
    names.forEach((name, at) => {
      if (!name || name === "-" || (counts && !counts.get(at))) return;
      const count = counts ? ` (${counts.get(at).toLocaleString("en")})` : "";
      const option = make("option", "", `${spelt(key === "seed" ? name.replace("seed ", "") : name)}${count}`);
      option.value = at;
      select.append(option);
    });
    const choices = select.options.length - 1;
    select.parentElement.hidden = choices < (["condition", "seed"].includes(key) ? 2 : 1);
  }
}

function counted(length, kind) {
  const counts = new Map();
  for (let row = 0; row < length; row++) {
    const found = kind(row);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}
