import { groupBy } from "../domain/group-by.ts";
import { conventionOf } from "./conventions.ts";

interface Named {
  readonly path: string;
  readonly text: string;
}

/** Tools that go by the number a file's name begins with, and what each does with two of one number. */
const byNumber: Readonly<Record<string, string>> = {
  flyway: "Flyway stops with an error",
  "golang-migrate": "golang-migrate stops with an error",
  goose: "goose stops with an error",
  rails: "Rails stops with an error",
  dbmate: "the second cannot be recorded",
  supabase: "the second cannot be recorded",
};

/**
 * A line for each new migration whose version another file of its folder has as well: two branches took the same number.
 * `siblings`: paths there are besides, as far as known.
 */
export function versionClashes(fresh: readonly Named[], siblings: readonly string[]): string[] {
  const notices: string[] = [];
  const taken = groupBy([...new Set([...siblings, ...fresh.map((each) => each.path)])].sort(), slotOf);
  for (const { path, text } of fresh) {
    const convention = conventionOf(path, text, null);
    const tool = path.endsWith(".rb") ? "rails" : convention.name;
    const outcome = byNumber[tool];
    const slot = slotOf(path);
    if (slot === null || outcome === undefined || convention.backward?.(path)) continue;
    const others = (taken.get(slot) ?? []).filter((other) => other !== path && !convention.backward?.(other));
    if (others.length > 0) notices.push(`${path} has the version of ${others.join(", ")}: ${outcome}`);
  }
  return notices;
}

/** `V06_1__x.sql` and `6.1.0`, which Flyway takes for one, are both `6.1`; `0012_x.up.sql` is `12`. */
function versionOf(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const written = /^V(\d[\d._]*?)__/.exec(name)?.[1] ?? /^(\d+)_/.exec(name)?.[1];
  if (written === undefined) return null;
  const parts = written.split(/[._]/).map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length > 1 && parts.at(-1) === "0") parts.pop();
  return parts.join(".");
}

/** Where a version may stand once, in a folder among files of one ending; null where the name has none. */
function slotOf(path: string): string | null {
  const version = versionOf(path);
  return version === null ? null : JSON.stringify([path.slice(0, path.lastIndexOf("/") + 1), path.slice(path.lastIndexOf(".")), version]);
}
