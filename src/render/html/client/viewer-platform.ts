/**
 * What pev2 takes for granted and a sandboxed frame has not. Imported first. Options are kept for the frame's life only, icons'
 * styles stand in the page, and a link to `#grid` changes the frame's own fragment: a srcdoc document resolves it against its parent's address.
 */
const isExecuted = (document.getElementById("plan")?.textContent ?? "").includes('"Actual Loops"');
document.documentElement.dataset.executed = String(isExecuted);
/** A plan that was not executed has no times to show: its costs are drawn. The numbers are pev2's Metric. */
const kept = new Map([
  ["gridIsNotNew", "true"],
  [
    "viewOptions",
    JSON.stringify({
      showHighlightBar: false,
      showPlanStats: isExecuted,
      highlightType: isExecuted ? "duration" : "cost",
      diagramWidth: 26,
    }),
  ],
  ["diagramViewOptions", JSON.stringify({ metric: isExecuted ? 0 : 2 })],
]);
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
};
Object.defineProperty(window, "localStorage", { configurable: true, value: storage });
Object.assign(window, { FontAwesomeConfig: { autoAddCss: false } });

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  const href = link?.getAttribute("href") ?? "";
  if (link === null) return;
  event.preventDefault();
  if (href.startsWith("#")) window.location.hash = href;
});
