const table = document.querySelector("#districts");
const body = table.tBodies[0];
const form = document.querySelector("#filter");
const headings = [...table.tHead.rows[0].cells];
const rows = [...body.rows].map((row) => {
  const cells = [...row.cells];
  cells.forEach((cell, column) => (cell.dataset.label = headings[column].textContent));
  return { row, words: cells[0].dataset.words.toLowerCase(), province: cells[1].textContent, cells };
});

function filter() {
  const words = form.words.value.trim().toLowerCase().split(/\s+/);
  const province = form.province.value;
  let shown = 0;
  for (const each of rows) {
    const fits = words.every((word) => each.words.includes(word)) && (!province || each.province === province);
    each.row.hidden = !fits;
    shown += fits;
  }
  form.shown.textContent = shown < rows.length ? `显示 ${shown} / ${rows.length} 个地区` : `${rows.length} 个地区`;
}

// What cannot be computed comes last, whichever way the rest is sorted.
function sort(column) {
  const heading = headings[column];
  const down = heading.ariaSort ? heading.ariaSort === "ascending" : column > 2;
  headings.forEach((other) => (other.ariaSort = null));
  heading.ariaSort = down ? "descending" : "ascending";
  const keys = new Map(rows.map((each) => {
    const cell = each.cells[column];
    const text = cell.dataset.sort ?? cell.textContent;
    return [each, text === "" || isNaN(text) ? text : Number(text)];
  }));
  const compare = new Intl.Collator("zh-CN").compare;
  rows.sort((one, other) => {
    const [a, b] = [keys.get(one), keys.get(other)];
    if (a === "" || b === "") return (a === "") - (b === "");
    return (typeof a === "number" && typeof b === "number" ? a - b : compare(a, b)) * (down ? -1 : 1);
  });
  body.append(...rows.map((each) => each.row));
}

headings.forEach((heading, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(column));
  heading.append(button);
});
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
filter();
