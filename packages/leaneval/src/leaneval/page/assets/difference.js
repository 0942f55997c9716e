// Word-level difference of two Lean texts by a longest common subsequence. Blanks and comments are
// carried along and never count as different.
const PIECES = /(\s+|\/-[\s\S]*?(?:-\/|$)|--[^\n]*)|(?:[\p{L}\p{N}_'!?]|\.(?=\p{L}))+|[^\s\p{L}\p{N}_'!?()[\]{},]+|[^]/gu;
const MOST_CELLS = 4_000_000;
const MOST_LETTERS = 50_000;

/** Pieces of a text in order: {text, gap, changed}. */
function pieces(text) {
  return Array.from(text.matchAll(PIECES), ([found, gap]) => ({
    text: found,
    gap: gap !== undefined,
    comment: gap !== undefined && gap.trim() !== "",
    changed: false,
  }));
}

/** Two lists of pieces with `changed` set, or null where the texts are too long to compare. */
function difference(left, right) {
  if (Math.max(left.length, right.length) > MOST_LETTERS) return null;
  const whole = [pieces(left), pieces(right)];
  const [a, b] = whole.map((list) => list.filter((piece) => !piece.gap));
  let start = 0;
  while (start < a.length && start < b.length && a[start].text === b[start].text) start++;
  let [m, n] = [a.length, b.length];
  while (m > start && n > start && a[m - 1].text === b[n - 1].text) [m, n] = [m - 1, n - 1];
  if ((m - start + 1) * (n - start + 1) > MOST_CELLS) return null;
  mark(a.slice(start, m), b.slice(start, n));
  return whole;
}

function mark(a, b) {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      longest[at] =
        a[i].text === b[j].text
          ? longest[at + width + 1] + 1
          : Math.max(longest[at + width], longest[at + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i].text === b[j].text) [i, j] = [i + 1, j + 1];
    else if (j === b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1]))
      a[i++].changed = true;
    else b[j++].changed = true;
  }
}

/** Append pieces to an element; neighbours that changed become one `tag`, blanks between included. */
function write(parent, list, tag) {
  let open = null;
  list.forEach((piece, at) => {
    const joins = piece.gap && !piece.comment && open && list[at + 1]?.changed;
    if (piece.changed || joins) {
      if (!open) parent.append((open = make(tag)));
      spell(open, piece.text);
      return;
    }
    open = null;
    spell(piece.comment ? parent.appendChild(make("span", "comment")) : parent, piece.text);
  });
}
