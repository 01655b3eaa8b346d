import type { CandidateKey, IndexDefinition } from "../../src/domain/candidate.ts";

/** A key in ascending order with nothing else said: a column by its plain name, or an expression, which is no column. */
export function plainKey(sql: string, rest: Partial<CandidateKey> = {}): CandidateKey {
  const column = /^\w+$/.test(sql) ? sql : null;
  return { column, sql, operatorClass: null, collation: null, descending: false, nullsFirst: false, ...rest };
}

/** A B-tree of a table in schema public, on these keys and with nothing else said. */
export function plainIndex(table: string, keys: readonly (string | CandidateKey)[], rest: Partial<IndexDefinition> = {}): IndexDefinition {
  return {
    relation: { schema: "public", name: table },
    accessMethod: "btree",
    keys: keys.map((each) => (typeof each === "string" ? plainKey(each) : each)),
    include: [],
    predicate: null,
    storage: {},
    extension: null,
    ...rest,
  };
}
