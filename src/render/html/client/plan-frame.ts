import { announce } from "./announce.ts";
import { currentTheme } from "./theme.ts";

/** Draws a plan when its button is pressed, in a sandboxed frame below the buttons; the button again closes it. */
export function startPlans(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button.view-plan") : null;
    if (button) toggle(button);
  });
  document.addEventListener("themechange", () => {
    for (const button of document.querySelectorAll<HTMLButtonElement>("button.view-plan[aria-expanded=true]")) {
      close(button);
      open(button);
    }
  });
}

function toggle(button: HTMLButtonElement): void {
  if (button.getAttribute("aria-expanded") === "true") {
    close(button);
    return;
  }
  for (const other of button.parentElement?.querySelectorAll<HTMLButtonElement>("[aria-expanded=true]") ?? []) close(other);
  open(button);
}

function close(button: HTMLButtonElement): void {
  button.setAttribute("aria-expanded", "false");
  button.closest("details")?.querySelector("iframe")?.remove();
}

function open(button: HTMLButtonElement): void {
  const details = button.closest("details");
  const data = details?.querySelector("script.plan-data")?.textContent;
  const side = button.dataset.plan === "before" ? "before" : "after";
  if (!details || !data) return;
  const plans = JSON.parse(data) as Readonly<Record<"before" | "after", unknown>>; // written by effects.ts with these two keys
  const frame = document.createElement("iframe");
  frame.title = `Drawing of the plan ${side}`;
  frame.className = "plan-frame";
  // No same-origin: what the viewer makes of names from a database stays in the frame.
  frame.setAttribute("sandbox", "allow-scripts");
  frame.srcdoc = frameDocument(plans[side]);
  details.append(frame);
  button.setAttribute("aria-expanded", "true");
  announce(`The plan ${side} is drawn below.`);
}

/** The page's policy holds in the frame too: script and style must be the very texts that it names. */
function frameDocument(plan: unknown): string {
  return `<!doctype html><html lang="en" data-bs-theme="${currentTheme()}"><head><meta charset="utf-8"><title>Plan</title><style>${text("viewer-style")}</style></head><body><script type="application/json" id="plan">${scriptText(plan)}</script><div id="viewer"></div><script>${text("viewer-script")}</script></body></html>`;
}

function text(id: string): string {
  return document.getElementById(id)?.textContent ?? "";
}

/** JSON that cannot end the element that it stands in. */
function scriptText(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll("<", "\\u003c")
    .replaceAll(/[\u2028\u2029]/g, (each) => (each === "\u2028" ? "\\u2028" : "\\u2029"));
}
