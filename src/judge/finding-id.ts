import { createHash } from "node:crypto";
import { type RelationName, relationKey } from "../domain/postgres.ts";

/** How often each key was used so far. */
export function noIds(): Map<string, number> {
  return new Map();
}

/**
 * First 12 hex digits of SHA-256 over rule, file, the statement without its layout and what the finding is about: the same when
 * lines move. Two findings that are equal in all of it are told apart by their order.
 */
export function findingId(
  finding: { readonly rule: string; readonly file: string; readonly sql: string; readonly about: RelationName | null },
  used: Map<string, number>,
): string {
  const { rule, file, sql, about } = finding;
  const key = [rule, file, sql.replaceAll(/\s+/g, " "), about === null ? "" : relationKey(about)].join("\n");
  const count = used.get(key) ?? 0;
  used.set(key, count + 1);
  return createHash("sha256").update(`${key}\n${count}`).digest("hex").slice(0, 12);
}
