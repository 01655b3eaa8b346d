/** Sorting by column, and filtering by words, by what serves a statement, and by table. */
export function startStatements(): void {
  const table = document.getElementById("statement-rows");
  if (!(table instanceof HTMLTableElement)) return;
  for (const heading of table.querySelectorAll<HTMLElement>("th[data-key]")) sortable(table, heading);
  for (const id of ["statement-search", "statement-filter", "statement-table"])
    document.getElementById(id)?.addEventListener("input", () => filter(table));
  document.querySelector("form.filters")?.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("statement-search");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || search === null) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    search.focus();
  });
  // A browser may have kept what was typed before a reload.
  filter(table);
}

/** Without this script the heading is only a heading. */
function sortable(table: HTMLTableElement, heading: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.addEventListener("click", () => sortBy(table, heading));
  heading.replaceChildren(button);
}

/** Figures from the largest, words from the first; the same heading again turns the order. */
function sortBy(table: HTMLTableElement, heading: HTMLElement): void {
  const column = [...(heading.parentElement?.children ?? [])].indexOf(heading);
  const isNumeric = heading.classList.contains("number");
  const first = isNumeric ? "descending" : "ascending";
  const second = isNumeric ? "ascending" : "descending";
  const order = heading.getAttribute("aria-sort") === first ? second : first;
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const valueIn = (row: HTMLTableRowElement) => row.cells[column]?.dataset.value ?? "";
  const body = table.tBodies[0];
  if (!body) return;
  const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement) =>
    isNumeric ? Number(valueIn(a)) - Number(valueIn(b)) : valueIn(a).localeCompare(valueIn(b), "en");
  body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
}

function filter(table: HTMLTableElement): void {
  const words = value("statement-search").toLowerCase().split(/\s+/).filter(Boolean);
  const served = value("statement-filter");
  const relation = value("statement-table");
  let shown = 0;
  for (const row of table.tBodies[0]?.rows ?? []) {
    const text = (row.textContent ?? "").toLowerCase();
    const isShown =
      words.every((word) => text.includes(word)) &&
      (served === "" || (row.dataset.served === "yes") === (served === "served")) &&
      (relation === "" || (row.dataset.tables ?? "").split("\t").includes(relation));
    row.hidden = !isShown;
    if (isShown) shown += 1;
  }
  const count = document.getElementById("statement-count");
  const all = table.tBodies[0]?.rows.length ?? 0;
  if (count !== null) count.textContent = shown === all ? `${all} statements` : `${shown} of ${all} statements`;
}

function value(id: string): string {
  const field = document.getElementById(id);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : "";
}
