// What precedes a statement and says nothing of its own: Lean's header lines and comments.
const CONTEXT = /^(?:\s+|\/-[\s\S]*?-\/|--[^\n]*|(?:import|open|set_option|universe)\b[^\n]*)+/;

/** One rollout in full, beside its problem and the problem's other rollouts. */
class Detail {
  constructor(box, rows, source) {
    Object.assign(this, { box, rows, source, row: -1 });
  }

  async show(row) {
    this.row = row;
    const texts = this.rows.texts ? await this.source.texts(row) : null;
    if (this.row !== row) return;
    this.box.replaceChildren(...this.#heading(row));
    if (texts) this.#texts(texts);
    else this.box.append(make("p", "quiet", "This page was made without texts."));
    this.box.append(...this.#others(row));
    this.box.scrollTop = 0;
  }

  /** Show a sentence in the place of a rollout. */
  say(words) {
    this.row = -1;
    this.box.replaceChildren(make("p", "quiet", words));
  }

  #heading(row) {
    const { rows } = this;
    const link = make("a", "", "Link to this rollout");
    link.href = rows.link(row);
    const facts = make("dl", "facts");
    const [condition, seed, model, protocol] = rows.runs[rows.run[row]];
    const [kind, which] = seed.split(" ");
    const tell = {
      condition, [kind]: which, rollout: String(rows.number[row]), model,
      protocol, verdict: rows.verdicts[rows.verdict[row]], rule: rows.rules[rows.rule[row]],
      score: scored(rows.score[row]), "second score": scored(rows.second[row]),
      flags: rows.flags[rows.flag[row]].join(", "),
      tags: rows.tagged[rows.problem[row]].map((tag) => rows.tags[tag]).join(", "),
    };
    for (const [name, value] of Object.entries(tell)) {
      if (!value) continue;
      const fact = facts.appendChild(make("div"));
      fact.append(make("dt", "", name), spell(make("dd"), value));
    }
    return [spell(make("h3"), rows.id(row)), facts, link];
  }

  #texts({ problem, text, raw }) {
    const [informal, header, reference, more] = problem;
    const [candidate, messages, reason, second] = text;
    this.#block("Problem", informal);
    this.#pair([header, reference].filter(Boolean).join("\n\n"), candidate);
    if (messages.length) this.#messages(messages);
    for (const [title, said] of [["Judge's reason", reason], ["Second judge's reason", second]]) {
      if (said.length) this.#block(`${title} (${spelt(said[0])})`, said[1]);
    }
    const whole = raw.length === 2 ? raw[0] + candidate + raw[1] : raw[0];
    if (whole) this.box.append(folded("Whole rollout", whole));
    if (more.length) this.box.append(folded("Further references", more.join("\n\n")));
  }

  #block(title, text) {
    if (text) this.box.append(make("h4", "", title), spell(make("p", "text"), text));
  }

  #pair(reference, candidate) {
    const contexts = [reference, candidate].map((text) => CONTEXT.exec(text)?.[0] ?? "");
    const texts = [reference.slice(contexts[0].length), candidate.slice(contexts[1].length)];
    const both = texts[0] && texts[1] ? difference(...texts) : null;
    const pair = this.box.appendChild(make("div", "pair"));
    ["Reference", "Candidate"].forEach((title, at) => {
      const side = pair.appendChild(make("div"));
      side.append(make("h4", "", title));
      if (contexts[at].trim()) side.append(folded("Header and comments", contexts[at].trim(), "context"));
      const body = side.appendChild(make("pre", "text lean"));
      if (both) write(body, both[at], at ? "ins" : "del");
      else spell(body, texts[at] || (at ? "No statement could be taken out of the rollout." : "None."));
    });
    if (texts[0] && texts[1] && !both)
      this.box.append(make("p", "quiet", "The two are too long for differences to be marked."));
  }

  #messages(messages) {
    const list = make("ul", "said");
    for (const [severity, line, column, message] of messages) {
      const place = line ? `${severity}, line ${line}, column ${column}` : severity;
      const item = list.appendChild(make("li"));
      item.append(make("span", "quiet", spelt(place)), spell(make("pre", "text lean"), message));
    }
    this.box.append(make("h4", "", "Diagnostics"), list);
  }

  /** The same problem under every condition: a link a rollout. */
  #others(row) {
    const { rows } = this;
    const id = rows.problem[row];
    const table = make("table", "others");
    let [run, line] = [-1, null];
    for (let other = rows.starts[id]; other < rows.starts[id + 1]; other++) {
      if (rows.run[other] !== run) {
        run = rows.run[other];
        line = table.appendChild(make("tr"));
        const head = line.appendChild(make("th", "", rows.name(other)));
        head.scope = "row";
      }
      const link = make("a", "", scored(rows.score[other]) || rows.verdicts[rows.verdict[other]]);
      link.href = rows.link(other);
      if (other === row) link.setAttribute("aria-current", "true");
      line.appendChild(make("td")).append(link);
    }
    const scroll = make("div", "scroll");
    scroll.append(table);
    return [make("h4", "", "All rollouts of this problem"), scroll];
  }
}

function folded(title, text, kind = "") {
  const made = make("details", kind);
  made.append(make("summary", "", title), spell(make("pre", "text lean"), text));
  return made;
}
