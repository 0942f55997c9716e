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

  #heading(row) {
    const { rows } = this;
    const link = make("a", "", "Link to this rollout");
    link.href = rows.link(row);
    const facts = make("dl", "facts");
    const [condition, seed, model, protocol] = rows.runs[rows.run[row]];
    const tell = {
      condition, seed: rows.seeds.length > 1 ? seed : "", rollout: String(rows.number[row]), model,
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
    if (whole) this.#folded("Whole rollout", [whole]);
    if (more.length) this.#folded("Further references", more);
  }

  #block(title, text) {
    if (text) this.box.append(make("h4", "", title), spell(make("p", "text"), text));
  }

  #pair(reference, candidate) {
    const both = candidate && reference ? difference(reference, candidate) : null;
    const pair = this.box.appendChild(make("div", "pair"));
    [["Reference", reference, "del"], ["Candidate", candidate, "ins"]].forEach(([title, text, tag], at) => {
      const side = pair.appendChild(make("div"));
      const body = make("pre", "text lean");
      if (both) write(body, both[at], tag);
      else spell(body, text || (at ? "No statement could be taken out of the rollout." : "None."));
      side.append(make("h4", "", title), body);
    });
    if (candidate && reference && !both)
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

  #folded(title, texts) {
    const folded = this.box.appendChild(make("details"));
    folded.append(make("summary", "", title));
    for (const text of texts) folded.append(spell(make("pre", "text lean"), text));
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
        const seed = rows.seeds.length > 1 ? `, ${rows.seed(other)}` : "";
        const head = line.appendChild(make("th", "", `${spelt(rows.condition(other))}${seed}`));
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
