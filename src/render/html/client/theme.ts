const key = "plansmith-theme";

export type Theme = "light" | "dark";

/** What the reader chose, else what the system prefers. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Shows the button that changes between light and dark, and keeps the choice where the browser lets a file keep anything. */
export function startTheme(): void {
  const button = document.getElementById("theme");
  if (!(button instanceof HTMLButtonElement)) return;
  const stored = readStored();
  if (stored !== null) document.documentElement.dataset.theme = stored;
  const label = () => {
    button.textContent = currentTheme() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Change to ${currentTheme() === "dark" ? "light" : "dark"} colours`);
  };
  label();
  button.hidden = false;
  button.addEventListener("click", () => {
    const next: Theme = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    keep(next);
    label();
    document.dispatchEvent(new CustomEvent("themechange"));
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
}

function readStored(): Theme | null {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // storage is off for this file: the system's preference holds
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // storage is off for this file: the choice lasts as long as the page
  }
}
