/** What the text filter reads: one lower-case string a chunk, found through once a search. */
class TextIndex {
  constructor(rows) {
    this.rows = rows;
    this.ids = rows.problems.map(plain);
    this.problems = this.ids;
    this.chunks = [];
  }

  get whole() {
    return this.chunks.length === this.rows.chunks.length;
  }

  addProblems(texts) {
    this.problems = this.ids.map((id, at) => plain([id, ...texts[at].flat()].join("\n")));
  }

  addChunk(texts) {
    const parts = texts.map(([candidate, messages, ...reasons]) =>
      plain([candidate, ...messages.map((message) => message[3]), ...reasons.flat()].join("\n")),
    );
    let size = 0;
    const starts = Uint32Array.from(parts, (part) => (size += part.length + 1) - part.length - 1);
    this.chunks.push({ text: parts.join("\n"), starts });
  }

  /** A mark for each row that holds the words, in its problem's texts or in its own. */
  find(words) {
    const { rows } = this;
    const sought = plain(words.trim());
    const held = this.problems.map((text) => text.includes(sought));
    const marks = new Uint8Array(rows.length);
    for (let row = 0; row < rows.length; row++) if (held[rows.problem[row]]) marks[row] = 1;
    this.chunks.forEach(({ text, starts }, number) => {
      const first = rows.chunks[number];
      let row = 0;
      for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, starts[row])) {
        while (row + 1 < starts.length && starts[row + 1] <= at) row++;
        marks[first + row] = 1;
        if (++row === starts.length) break;
      }
    });
    return marks;
  }
}

function plain(text) {
  return text.toLowerCase().replace(/\s+/g, " ");
}
