/** A link to a statement shows it: its row is taken out of the filter's way and its text is opened. */
export function openTargets(): void {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target === null || target.tagName !== "TR") return;
    target.hidden = false;
    const details = target.querySelector("details");
    if (details) details.open = true;
    target.scrollIntoView({ block: "center" });
  };
  window.addEventListener("hashchange", open);
  open();
}
