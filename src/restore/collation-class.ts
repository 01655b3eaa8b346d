import type { Server } from "../domain/snapshot.ts";
import type { CollationClass } from "../embedded/embedded-database.ts";

/**
 * The template whose default collation the planner treats as it does production's. The builtin provider (17+)
 * and libc's C sort by byte and let LIKE use a plain B-tree; libc's C.UTF-8 sorts by byte too, but the planner
 * does not know. Everything else gets ICU's root collation, the nearest to a language's order that PGlite has.
 */
export function collationClass(server: Pick<Server, "collation" | "localeProvider">): CollationClass {
  if (server.localeProvider === "b") return "c";
  if (server.localeProvider === "i") return "icu";
  if (["C", "POSIX"].includes(server.collation)) return "c";
  return /^C\.utf-?8$/i.test(server.collation) ? "libc-utf8" : "icu";
}
