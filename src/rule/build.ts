import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import { readableIdent } from "../domain/identifier.ts";
import type { AccessMethod, RelationName } from "../domain/postgres.ts";
import type { ScanExpression, SortKey } from "../domain/workload.ts";

type KeyOptions = Partial<Pick<CandidateKey, "operatorClass" | "collation" | "descending" | "nullsFirst">>;

/** An index key over a column or expression; PostgreSQL's defaults unless said otherwise. */
export function key(on: ScanExpression | string, options: KeyOptions = {}): CandidateKey {
  const column = typeof on === "string" ? on : on.column;
  const descending = options.descending ?? false;
  return {
    column,
    sql: typeof on === "string" ? readableIdent(on) : on.sql,
    operatorClass: options.operatorClass ?? null,
    collation: options.collation ?? (typeof on === "string" ? null : on.collation),
    descending,
    nullsFirst: options.nullsFirst ?? descending,
  };
}

/** A key in the direction an ORDER BY asks for. */
export function sortedKey(sort: SortKey): CandidateKey {
  return key(sort.on, { descending: sort.descending, nullsFirst: sort.nullsFirst });
}

/** An index definition with everything unsaid left at PostgreSQL's default. */
export function index(
  relation: RelationName,
  accessMethod: AccessMethod,
  keys: readonly CandidateKey[],
  rest: Partial<Pick<IndexDefinition, "include" | "predicate" | "storage" | "extension">> = {},
): IndexDefinition {
  return {
    relation: { schema: relation.schema, name: relation.name },
    accessMethod,
    keys,
    include: rest.include ?? [],
    predicate: rest.predicate ?? null,
    storage: rest.storage ?? {},
    extension: rest.extension ?? null,
  };
}

/** The option most index rules share: the planner reads a table of a few blocks whole, whatever indexes it has. */
export const minRowsOption = {
  default: 1_000,
  min: 0,
  max: 1e12,
  unit: "rows",
  doc: "Leave smaller tables alone",
} as const;

/** A count for a sentence: `2,000,000`; whole from 10 up, one digit below. */
export function figure(count: number): string {
  const rounded = count >= 10 ? Math.round(count) : Math.round(count * 10) / 10;
  const [whole = "0", fraction] = String(rounded).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
