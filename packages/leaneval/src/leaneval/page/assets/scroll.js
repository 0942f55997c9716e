// A region that scrolls sideways must be reachable by keyboard; one that does not is no stop.
const regions = [...document.querySelectorAll(".scroll")];
const observer = new ResizeObserver(() => {
  for (const region of regions) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
});
for (const region of regions) observer.observe(region);
