import { createHash } from "node:crypto";
import type { CandidateKey, Change, IndexDefinition } from "./candidate.ts";
import { readableIdent, readableQualified } from "./identifier.ts";
import { relationKey } from "./postgres.ts";

export interface IndexSqlOptions {
  /** Index name, unqualified; PostgreSQL picks one when absent. */
  readonly name?: string;
  readonly concurrently?: boolean;
  /** `ON ONLY`: the parent of a partitioned table without its partitions. */
  readonly only?: boolean;
}

/** `CREATE INDEX` for a definition, as a person would write it: defaults left out. */
export function createIndexSql(index: IndexDefinition, options: IndexSqlOptions = {}): string {
  const words = ["CREATE INDEX"];
  if (options.concurrently) words.push("CONCURRENTLY");
  if (options.name) words.push(readableIdent(options.name));
  words.push(options.only ? "ON ONLY" : "ON", readableQualified(index.relation));
  if (index.accessMethod !== "btree") words.push("USING", index.accessMethod);
  words.push(`(${index.keys.map(keySql).join(", ")})`);
  if (index.include.length > 0) words.push(`INCLUDE (${index.include.map(readableIdent).join(", ")})`);
  const storage = Object.entries(index.storage).sort(([a], [b]) => (a < b ? -1 : 1));
  if (storage.length > 0) words.push(`WITH (${storage.map(([name, value]) => `${name} = ${value}`).join(", ")})`);
  if (index.predicate !== null) words.push(`WHERE ${index.predicate}`);
  return words.join(" ");
}

function keySql(key: CandidateKey): string {
  const words = [key.column === null ? parenthesised(key.sql) : readableIdent(key.column)];
  if (key.collation) words.push(`COLLATE ${key.collation}`);
  if (key.operatorClass) words.push(key.operatorClass);
  if (key.descending) words.push("DESC");
  // ASC defaults to NULLS LAST and DESC to NULLS FIRST.
  if (key.nullsFirst !== key.descending) words.push(key.nullsFirst ? "NULLS FIRST" : "NULLS LAST");
  return words.join(" ");
}

/** A plain function call may stand bare; any other expression needs parentheses, and a second pair does no harm. */
function parenthesised(expression: string): string {
  return `(${expression})`;
}

/** First 12 hex digits of SHA-256 over the change itself, so that one change found twice is one candidate. */
export function changeId(change: Change): string {
  return createHash("sha256").update(changeText(change)).digest("hex").slice(0, 12);
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "create-index":
      return createIndexSql(change.index);
    case "drop-index":
      return `DROP INDEX ${relationKey(change.index)}`;
    case "rewrite":
      return `REWRITE ${change.fingerprint} ${change.sql}`;
    default:
      return change satisfies never;
  }
}
