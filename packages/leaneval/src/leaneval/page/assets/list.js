const HEIGHT = 48;
const TALLEST = 16_000_000;

/** A list box of which only the rows in sight are on the page. */
class List {
  constructor(box, rows, choose) {
    Object.assign(this, { box, rows, choose, shown: new Uint32Array(0), chosen: -1, pool: [] });
    this.inner = box.querySelector(".rows");
    const later = () => requestAnimationFrame(() => this.draw());
    box.addEventListener("scroll", later, { passive: true });
    box.addEventListener("keydown", (event) => this.#key(event));
    box.addEventListener("click", (event) => {
      const at = event.target.closest(".row")?.at;
      if (at !== undefined) this.choose(this.shown[at], true);
    });
    new ResizeObserver(later).observe(box);
  }

  show(shown) {
    this.shown = shown;
    this.inner.style.height = `${Math.min(shown.length * HEIGHT, TALLEST)}px`;
    this.box.scrollTop = 0;
    this.draw();
  }

  /** Mark a row as chosen and bring it into sight, where the list holds it. */
  mark(row) {
    this.chosen = row;
    const at = this.place(row);
    if (at >= 0) {
      const top = at * HEIGHT;
      const { scrollTop, clientHeight } = this.box;
      if (top < scrollTop) this.box.scrollTop = top;
      else if (top + HEIGHT > scrollTop + clientHeight) this.box.scrollTop = top + HEIGHT - clientHeight;
    }
    this.draw();
  }

  /** Where the list holds a row, or -1; rows stand in ascending order. */
  place(row) {
    let [low, high] = [0, this.shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[middle] < row) low = middle + 1;
      else high = middle;
    }
    return this.shown[low] === row ? low : -1;
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / HEIGHT) - 2);
    const count = Math.min(Math.ceil(this.box.clientHeight / HEIGHT) + 4, this.shown.length - first);
    while (this.pool.length < count) this.pool.push(this.inner.appendChild(this.#element()));
    this.box.removeAttribute("aria-activedescendant");
    this.pool.forEach((element, at) => {
      element.hidden = at >= count;
      if (at < count) this.#fill(element, first + at);
    });
  }

  #element() {
    const element = make("div", "row");
    element.setAttribute("role", "option");
    for (let part = 0; part < 4; part++) element.append(make("span"));
    element.id = `${this.box.parentElement.parentElement.id}-row-${this.pool.length}`;
    return element;
  }

  #fill(element, at) {
    const { rows } = this;
    const row = this.shown[at];
    const [id, score, run, verdict] = element.children;
    id.textContent = `${spelt(rows.id(row))}, rollout ${rows.number[row]}`;
    score.textContent = scored(rows.score[row]);
    run.textContent = rows.name(row);
    verdict.textContent = rows.verdictOf(row);
    element.at = at;
    element.style.transform = `translateY(${at * HEIGHT}px)`;
    element.setAttribute("aria-posinset", at + 1);
    element.setAttribute("aria-setsize", this.shown.length);
    element.setAttribute("aria-selected", String(row === this.chosen));
    if (row === this.chosen) this.box.setAttribute("aria-activedescendant", element.id);
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / HEIGHT) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!this.shown.length) return;
    const from = this.place(this.chosen);
    const to = from < 0 && Math.abs(step) === 1 ? 0 : Math.max(0, Math.min(from + step, this.shown.length - 1));
    this.choose(this.shown[to], false);
  }
}
