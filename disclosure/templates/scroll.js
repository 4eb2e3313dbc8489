// A table wider than the screen is scrolled: with the arrow keys too, so Tab has to reach it.
const outputs = document.querySelectorAll(".output");
const reach = () => outputs.forEach((output) => {
  const wide = output.scrollWidth > output.clientWidth;
  output.tabIndex = wide ? 0 : -1;
  output.role = wide ? "group" : null;
  output.ariaLabel = (wide && output.querySelector("caption")?.textContent) || null;
});
reach();
addEventListener("resize", reach);
