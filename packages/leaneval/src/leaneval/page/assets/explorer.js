const KEPT = 3;

/** Texts by row, unpacked when they are asked for; the chunks last used are kept. */
class Source {
  constructor(name, rows) {
    Object.assign(this, { name, rows, kept: new Map(), problems: null });
  }

  get allProblems() {
    return (this.problems ??= unpack(`${this.name}-problems`));
  }

  async texts(row) {
    const { rows } = this;
    const chunk = rows.chunks.findLastIndex((start) => start <= row);
    const [problems, texts, raw] = await Promise.all([
      this.allProblems, this.#chunk("texts", chunk), this.#chunk("raw", chunk),
    ]);
    const at = row - rows.chunks[chunk];
    return { problem: problems[rows.problem[row]], text: texts[at], raw: raw[at] };
  }

  #chunk(kind, number) {
    const key = `${kind}-${number}`;
    const found = this.kept.get(key) ?? unpack(`${this.name}-${key}`);
    this.kept.delete(key);
    this.kept.set(key, found);
    if (this.kept.size > 2 * KEPT) this.kept.delete(this.kept.keys().next().value);
    return found;
  }
}

class Explorer {
  constructor(root, rows) {
    Object.assign(this, { root, rows });
    const find = (name) => root.querySelector(`.${name}`);
    this.index = new TextIndex(rows);
    this.source = new Source(root.id, rows);
    this.detail = new Detail(find("detail"), rows, this.source);
    this.status = find("status");
    this.list = new List(find("list"), rows, (row, asStep) => this.choose(row, asStep));
    this.filters = new Filters(find("filters"), rows, () => this.filter());
    root.hidden = false;
    this.filter();
    this.follow();
    addEventListener("popstate", () => this.follow());
    root.dataset.ready = "list";
    if (rows.texts) this.#read();
  }

  filter() {
    this.list.show(this.filters.apply(this.index));
    this.tell();
    if (this.list.place(this.list.chosen) >= 0) this.list.mark(this.list.chosen);
  }

  tell() {
    const [shown, all] = [this.list.shown.length, this.rows.length].map((n) => n.toLocaleString("en"));
    const read = Math.floor((100 * this.index.chunks.length) / Math.max(1, this.rows.chunks.length));
    const partly = this.filters.words.trim() && !this.index.whole;
    this.status.textContent =
      `${shown} of ${all} rollouts` + (partly ? `; texts read so far: ${read} %` : "");
  }

  /** Open a rollout; a step in the list replaces the address, a click adds one. */
  choose(row, asNew) {
    history[asNew ? "pushState" : "replaceState"](null, "", this.rows.link(row));
    this.#open(row);
  }

  /** Open what the address names, if it is one of ours; without an address, nothing is chosen. */
  follow() {
    const link = location.hash;
    if (link && !link.startsWith(`#/${address(this.rows.task)}/`)) return;
    const row = link ? this.rows.find(link) : -1;
    if (row < 0) {
      this.detail.say(link ? "No rollout here has this address." : "Choose a rollout in the list.");
      this.list.mark(-1);
    } else if (row !== this.detail.row) {
      if (this.list.place(row) < 0) {
        this.filters.form.reset();
        this.filter();
      }
      this.#open(row);
      this.root.scrollIntoView({ block: "nearest" });
    }
  }

  #open(row) {
    this.list.mark(row);
    this.detail.show(row);
  }

  async #read() {
    this.index.addProblems(await this.source.allProblems);
    for (let chunk = 0; chunk < this.rows.chunks.length; chunk++) {
      if (!this.filters.words) await idle();
      this.index.addChunk(await unpack(`${this.root.id}-texts-${chunk}`));
      if (this.filters.words && (chunk % 16 === 15 || this.index.whole)) this.filter();
    }
    this.root.dataset.ready = "texts";
  }
}

async function begin(root) {
  if (root.dataset.ready !== undefined) return;
  root.dataset.ready = "";
  try {
    new Explorer(root, new Rows(await unpack(`${root.id}-head`)));
  } catch (error) {
    root.after(make("p", "", `This browser cannot show the explorer: ${error.message}`));
  }
}

const beginAll = () => document.querySelectorAll(".explorer").forEach(begin);
beginAll();
document.addEventListener("DOMContentLoaded", beginAll);
