import type { Gap } from "../domain/snapshot.ts";

/** A rule that threw is our fault; the user learns what may be missing. */
export function failedRule({ rule, error }: { readonly rule: string; readonly error: unknown }): Gap {
  return {
    area: "catalog",
    what: `rule ${rule} failed`,
    why: error instanceof Error ? error.message : String(error),
    remedy: "This is a fault in Plansmith: please report it. The other rules ran.",
  };
}
