import "./viewer-platform.ts";
import { Plan } from "pev2";
import { createApp } from "vue";

// Runs in a frame of its own, made by plan-frame.ts: pev2 keeps its state and its place in globals, and styles everything.

const plan = document.getElementById("plan")?.textContent ?? "[]";

const place = document.getElementById("viewer");
// Browsers lay a sandboxed frame out only once it is seen; before that every size is zero, and pev2 divides by it.
requestAnimationFrame(() => {
  if (place === null) return;
  new MutationObserver(() => nameBars(place)).observe(place, { childList: true, subtree: true });
  createApp(Plan, { planSource: plan, planQuery: "" }).mount(place);
});

/** pev2 gives its bars no name; the figure that each draws stands beside it. */
function nameBars(within: HTMLElement): void {
  for (const bar of within.querySelectorAll("[role=progressbar]:not([aria-label])")) bar.setAttribute("aria-label", "Part of the largest");
}
