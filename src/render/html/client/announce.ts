/** Tells a screen reader what has just happened. */
export function announce(text: string): void {
  const place = document.getElementById("announcer");
  if (place !== null) place.textContent = text;
}
