const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);

document.addEventListener("pointerover", (event) => {
  const text = event.target.closest?.(".plot [data-tip]")?.dataset.tip;
  tip.hidden = text === undefined;
  if (tip.hidden) return;
  tip.textContent = text.replaceAll("; ", "\n");
  const mark = event.target.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const left = mark.left + mark.width / 2 - box.width / 2;
  const above = mark.top - box.height - 8;
  tip.style.left = `${Math.max(4, Math.min(left, innerWidth - box.width - 4))}px`;
  tip.style.top = `${above < 4 ? mark.bottom + 8 : above}px`;
});
document.addEventListener("scroll", () => (tip.hidden = true), { passive: true });
