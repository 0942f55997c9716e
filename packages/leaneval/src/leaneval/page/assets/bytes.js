/** The JSON packed in the element of that id; waits for the element where the page still loads. */
async function unpack(id) {
  if (!document.getElementById(id) && document.readyState === "loading") {
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  const packed = document.getElementById(id).textContent;
  const bytes = Uint8Array.fromBase64
    ? Uint8Array.fromBase64(packed)
    : Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const idle = () =>
  new Promise((done) =>
    window.requestIdleCallback ? requestIdleCallback(done, { timeout: 500 }) : setTimeout(done, 16),
  );

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
