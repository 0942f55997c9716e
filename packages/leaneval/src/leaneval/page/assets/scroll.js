// A region that scrolls sideways must be reachable by keyboard; one that does not is no stop.
const regions = [...document.querySelectorAll(".scroll")];
function offer() {
  for (const region of regions) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
}
const observer = new ResizeObserver(() => requestAnimationFrame(offer));
for (const region of regions) observer.observe(region);
