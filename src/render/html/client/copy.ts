import { announce } from "./announce.ts";

/** How long a button says that it has copied. */
const shownMs = 2_000;

/** Every copy button copies the SQL beside it. */
export function startCopying(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button.copy") : null;
    const code = button?.parentElement?.querySelector("code");
    if (button && code) void copy(code, button);
  });
}

async function copy(code: Element, button: Element): Promise<void> {
  const isCopied = (await throughClipboard(code.textContent ?? "")) || throughSelection(code);
  button.textContent = isCopied ? "Copied" : "Selected: press Ctrl+C";
  announce(isCopied ? "Copied to the clipboard." : "Selected. Press Control and C to copy.");
  setTimeout(() => {
    button.textContent = "Copy";
  }, shownMs);
}

async function throughClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not a secure context, or not allowed: the selection is the other way
  }
}

/** Older browsers, and files opened without a secure context. The selection stays, so that the keyboard can copy it. */
function throughSelection(code: Element): boolean {
  const selection = getSelection();
  if (selection === null) return false;
  selection.selectAllChildren(code);
  return document.execCommand("copy");
}
