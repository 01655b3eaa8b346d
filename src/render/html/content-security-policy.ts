import { createHash } from "node:crypto";

/**
 * The policy of a page that runs exactly these scripts and styles and reaches nothing else: no network, no images but data
 * URLs (the plan viewer's icons), no plug-ins, no forms. Frames without a source of their own (`srcdoc`) inherit it.
 * https://www.w3.org/TR/CSP3/
 */
export function contentSecurityPolicy(scripts: readonly string[], styles: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(source).join(" ")}`,
    `style-src ${styles.map(source).join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

function source(text: string): string {
  return `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;
}
