import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import { objectName } from "../domain/identifier.ts";

/**
 * A name as PostgreSQL would choose it, `orders_customer_id_created_at_idx`: table, keys, `idx`, cut to 63 bytes,
 * and numbered when `taken` (relation names of the same schema) has it. The same input gives the same name.
 */
export function indexName(index: IndexDefinition, taken: ReadonlySet<string>): string {
  const keys = [...new Set(index.keys.flatMap(keyWords))].join("_");
  for (let attempt = 0; ; attempt += 1) {
    const name = objectName(index.relation.name, keys, attempt === 0 ? "idx" : `idx${attempt}`);
    if (!taken.has(name)) return name;
  }
}

/** `lower(email)` → lower, email; `((meta ->> 'score')::numeric)` → meta, score. Casts and odd characters are left out. */
function keyWords(key: CandidateKey): string[] {
  if (key.column !== null) return [key.column];
  const words = key.sql
    .replaceAll(
      /(?:::|\bAS\b)\s*(?:"[^"]*"|[a-z_][\w.]*)(?:\s+(?:varying|precision|with(?:out)? time zone))?(?:\s*\([\d, ]*\))?(?:\[\])*/gi,
      "",
    )
    .match(/[\p{L}_][\p{L}\p{N}_]*/gu)
    ?.filter((word) => !syntax.has(word))
    .map((word) => (/^(?:COALESCE|NULLIF|GREATEST|LEAST)$/.test(word) ? word.toLowerCase() : word));
  return words?.length ? words.slice(0, 4) : ["expr"];
}

/** Key words of expressions, as our SQL is written: they would make the name a mixed-case one, which needs quotes for ever. */
const syntax = new Set(
  "CAST AS AT TIME ZONE CASE WHEN THEN ELSE END IS NOT NULL AND OR IN ARRAY ROW COLLATE INTERVAL TRUE FALSE LIKE ESCAPE EXTRACT FROM".split(
    " ",
  ),
);
