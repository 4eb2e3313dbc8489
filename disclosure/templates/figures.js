// Each figure is JSON beside the element that it is drawn into.
document.querySelectorAll(".plot").forEach((plot) => {
  const figure = JSON.parse(plot.nextElementSibling.textContent);
  Plotly.newPlot(plot, figure.data, figure.layout, { responsive: true, displayModeBar: false });
});

// Paper has no clicks: the tables behind the figures are printed open, and the figures as wide as the sheet.
const twins = document.querySelectorAll("details.twin");
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...twins].filter((twin) => !twin.open);
  closed.forEach((twin) => (twin.open = true));
  document.querySelectorAll(".plot").forEach((plot) => Plotly.Plots.resize(plot));
});
addEventListener("afterprint", () => closed.forEach((twin) => (twin.open = false)));
