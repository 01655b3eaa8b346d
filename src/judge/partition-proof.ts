import type { SchemaChange } from "../domain/schema-change.ts";
import type { MigrationState } from "../rule/migration.ts";

/**
 * True when a valid CHECK of the table to attach, with NOT NULL, implies the bound, so that PostgreSQL skips the scan. Bounds of
 * one column with literals; what predtest.c proves beyond that counts as not proven here, and a scratch run may know better.
 */
export function partitionProven(change: Extract<SchemaChange, { kind: "attach-partition" }>, state: MigrationState): boolean {
  const table = state.table(change.partition);
  const [column, ...others] = state.table(change.relation)?.partitionKey ?? [];
  if (!table || change.bound === null || !change.bound.complete || others.length > 0) return false;
  const checks = table.constraints.filter((each) => each.kind === "check" && each.validated).map((each) => plain(each.expression ?? ""));
  const key = column ?? onlyColumn(checks);
  if (key === null || !checks.some((each) => implies(each, key, change.bound!))) return false;
  return state.provenNotNull(change.partition, key) || checks.some((each) => each.includes(`${key.toLowerCase()} is not null`));
}

/** Without casts, parentheses and quotes of names, lower case: pg_get_constraintdef() and people write differently. */
function plain(expression: string): string {
  return expression
    .replaceAll(/::[a-z][\w ]*(?:\(\d+\))?(?:\[\])?/gi, "")
    .replaceAll(/\b(?:date|timestamp(?:tz)?)\s+'/gi, "'")
    .replaceAll(/[()"]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function onlyColumn(checks: readonly string[]): string | null {
  const names = new Set(checks.flatMap((each) => [...each.matchAll(/([\w$]+) (?:>=|<|=)/g)].map((match) => match[1] ?? "")));
  return names.size === 1 ? [...names][0]! : null;
}

function implies(
  check: string,
  key: string,
  bound: { readonly kind: "list" | "range"; readonly values: readonly (string | null)[] },
): boolean {
  const terms = check.split(/ and /).map((each) => each.trim());
  const has = (operator: string, value: string) =>
    terms.some((each) => each === `${key.toLowerCase()} ${operator} ${plain(value)}` || sameDay(each, key, operator, value));
  if (bound.kind === "list") {
    const [only, ...rest] = bound.values;
    if (only !== null && only !== undefined && rest.length === 0 && has("=", only)) return true;
    const listed = /(?:= any array|in) ?\[?([^\]]*)\]?$/.exec(terms.find((each) => each.startsWith(`${key.toLowerCase()} `)) ?? "")?.[1];
    const values = listed?.split(",").map((each) => each.trim());
    return values?.every((each) => bound.values.some((own) => own !== null && plain(own) === each)) ?? false;
  }
  const [low, high] = bound.values;
  return (low == null || has(">=", low)) && (high == null || has("<", high));
}

/** `'2024-01-01'` and `'2024-01-01 00:00:00+00'` are one moment in the zone the server writes. */
function sameDay(term: string, key: string, operator: string, value: string): boolean {
  const start = `${key.toLowerCase()} ${operator} `;
  if (!term.startsWith(start)) return false;
  const bare = (text: string) => text.replace(/^'(\d{4}-\d\d-\d\d)(?: 00:00:00(?:\+00)?)?'$/, "$1");
  return bare(term.slice(start.length)) === bare(plain(value));
}
