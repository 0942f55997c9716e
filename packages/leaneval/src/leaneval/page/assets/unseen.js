// Characters that are not drawn, or that turn the text round them, are written as their code.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const LONGEST = 200_000;

function code(character) {
  return `\\u${character.codePointAt(0).toString(16).padStart(4, "0")}`;
}

function seen(character) {
  return character === "\n" || character === "\t";
}

/** The text on one line, as a string. */
function spelt(text) {
  return text.replace(UNSEEN, (character) => (character === "\n" ? " " : code(character)));
}

/** Append the text to an element, each unseen character as a marked code. */
function spell(parent, text) {
  let from = 0;
  for (const found of text.slice(0, LONGEST).matchAll(UNSEEN)) {
    if (seen(found[0])) continue;
    parent.append(text.slice(from, found.index), make("span", "unseen", code(found[0])));
    from = found.index + found[0].length;
  }
  parent.append(text.slice(from, LONGEST));
  if (text.length > LONGEST) {
    const rest = (text.length - LONGEST).toLocaleString("en");
    parent.append(make("span", "unseen", `… ${rest} more characters are not shown`));
  }
  return parent;
}
