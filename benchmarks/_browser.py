"""Times of the page in a real browser, by the page's own clock."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

_FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def browse(path: Path) -> dict[str, float]:
    """Milliseconds by the page's own clock, by name.

    From the start of the navigation to the list being shown, to the last text being searchable; of
    the longest task; from a filter's input to the list being drawn, the slowest of all by choice
    and of all by text, each asked three times.
    """
    program = shutil.which("chromium")
    assert program, "asked for without a browser"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_FLAGS)
        page = browser.new_page()
        page.add_init_script(_OBSERVE)
        page.goto(path.as_uri())
        page.wait_for_selector(".explorer[data-ready=texts]", timeout=120_000)
        found = page.evaluate(_MEASURE)
        browser.close()
    return {f"{name}, ms": ms for name, ms in found.items()}


_OBSERVE = """
window.reached = {};
window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
}).observe({ type: "longtask" });
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const ready = target.dataset.ready;
    if (ready) requestAnimationFrame(() => (reached[ready] ??= performance.now()));
  }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-ready"] });
"""

_MEASURE = """
async () => {
  const form = document.querySelector(".filters");
  const list = document.querySelector(".list");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = { "list shown": reached.list, "texts searchable": reached.texts,
    "longest task": longest, "filter by choice": 0, "filter by text": 0 };
  async function time(kind, key, value) {
    for (let turn = 0; turn < 3; turn++) {
      form.elements[key].value = "";
      form.dispatchEvent(new Event("input"));
      await frame();
      const started = performance.now();
      form.elements[key].value = value;
      form.dispatchEvent(new Event("input"));
      list.getBoundingClientRect();
      times[kind] = Math.max(times[kind], performance.now() - started);
      await frame();
    }
    form.elements[key].value = "";
  }
  for (const key of ["condition", "verdict", "rule", "band", "tag", "agree"]) {
    await time("filter by choice", key, form.elements[key].options[1].value);
  }
  for (const words of ["a", "continuous", "Real.sqrt", "no such words at all"]) {
    await time("filter by text", "text", words);
  }
  return times;
}
"""
