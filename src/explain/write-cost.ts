import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog, Index, Relation, RelationActivity } from "../domain/catalog.ts";
import { readableIdent } from "../domain/identifier.ts";
import { sameRelation } from "../domain/postgres.ts";
import { grouped, percent } from "../domain/units.ts";
import { partitionsOf } from "./apply-steps.ts";

export interface WriteCost {
  /** Rows inserted, updated and deleted per day; null when the counters or their age are unknown. */
  readonly writesPerDay: number | null;
  readonly words: string;
}

export interface CounterAge {
  /** Days since the server's counters were reset; null when unknown. */
  readonly days: number | null;
  /** Server major version, e.g. 17. */
  readonly major: number;
}

/** What every write to the relation will cost more with the index there, from its counters; partitions are summed. */
export function writeCost(relation: Relation, index: IndexDefinition, age: CounterAge & { readonly catalog: Catalog }): WriteCost {
  const activity = totalActivity(relation, age.catalog);
  if (activity === null) return { writesPerDay: null, words: `The table's write counters could not be read. ${perWrite(index)}` };
  const sentences = [writesSentence(activity, age.days), perWrite(index)];
  const hot = hotSentence(relation, index, { activity, major: age.major });
  return { writesPerDay: perDay(activity, age.days), words: (hot ? [...sentences, hot] : sentences).join(" ") };
}

/** What every write saves once an index is gone. */
export function writeSaving(relation: Relation | null, age: CounterAge & { readonly catalog: Catalog }): WriteCost {
  const activity = relation && totalActivity(relation, age.catalog);
  if (!activity) return { writesPerDay: null, words: "Each insert and each update that is not HOT has one entry less to write." };
  return {
    writesPerDay: perDay(activity, age.days),
    words: `${writesSentence(activity, age.days)} Each insert and each update that is not HOT has one entry less to write.`,
  };
}

type Writes = Pick<RelationActivity, "rowsInserted" | "rowsUpdated" | "rowsHotUpdated" | "rowsDeleted">;

/** Sums a partitioned table's leaves; null when any could not be read. */
function totalActivity(relation: Relation, catalog: Catalog): Writes | null {
  if (relation.kind !== "partitioned-table") return relation.activity;
  const parts = partitionsOf(relation, catalog)
    .filter((partition) => partition.kind !== "foreign-table")
    .map((partition) => totalActivity(partition, catalog));
  const sum: { -readonly [K in keyof Writes]: number } = { rowsInserted: 0, rowsUpdated: 0, rowsHotUpdated: 0, rowsDeleted: 0 };
  for (const part of parts) {
    if (part === null) return null;
    for (const counter of ["rowsInserted", "rowsUpdated", "rowsHotUpdated", "rowsDeleted"] as const) sum[counter] += part[counter];
  }
  return sum;
}

/** Less than an hour of counting says nothing about a day (our guess). */
function perDay(writes: Writes, days: number | null): number | null {
  if (days === null || days < 1 / 24) return null;
  return (writes.rowsInserted + writes.rowsUpdated + writes.rowsDeleted) / days;
}

function writesSentence(writes: Writes, days: number | null): string {
  const daily = perDay(writes, days) !== null && days !== null;
  const rate = (count: number) => grouped(daily ? Math.ceil(count / days) : count);
  const kinds = [
    [writes.rowsInserted, "inserted"],
    [writes.rowsUpdated, "updated"],
    [writes.rowsDeleted, "deleted"],
  ] as const;
  const seen = kinds.filter(([count]) => count > 0).map(([count, verb]) => `${rate(count)} ${verb}`);
  if (seen.length === 0) return "No row was written since the counters were reset.";
  const list = seen.length > 1 ? `${seen.slice(0, -1).join(", ")} and ${seen.at(-1)}` : seen[0];
  return `Rows ${list} ${daily ? "per day" : "since the counters were reset"}.`;
}

function perWrite(index: IndexDefinition): string {
  const where = index.predicate === null ? "" : " that satisfies the index's WHERE";
  switch (index.accessMethod) {
    case "brin":
      return "A BRIN index costs writes next to nothing: one summary per block range.";
    case "gin":
      return `Each insert${where}, and each update that is not HOT, adds one entry per element; GIN gathers them in a pending list that VACUUM or a full list merges.`;
    case "hnsw":
      return `Each insert${where} searches the graph for its neighbours, far dearer than a B-tree entry.`;
    default:
      return `Each insert${where}, and each update that is not HOT, adds one index entry.`;
  }
}

/**
 * An update stays HOT only if it changes no indexed column, keys, INCLUDE, expressions and predicate counted.
 * https://www.postgresql.org/docs/current/storage-hot.html. Summarising indexes (BRIN) stopped to matter in 16.
 */
function hotSentence(relation: Relation, index: IndexDefinition, seen: { activity: Writes; major: number }): string | null {
  const { rowsUpdated, rowsHotUpdated } = seen.activity;
  if (rowsUpdated === 0 || rowsHotUpdated === 0 || (index.accessMethod === "brin" && seen.major >= 16)) return null;
  const blocking = relation.indexes.filter((each) => each.accessMethod !== "brin" || seen.major < 16);
  const known = new Set(blocking.flatMap((each) => columnsOf(relation, each)));
  const fresh = columnsOf(relation, index).filter((column) => !known.has(column));
  const share = percent(Math.min(1, rowsHotUpdated / rowsUpdated));
  if (fresh.length === 0) return `${share} of updates are HOT and stay so: its columns are indexed already.`;
  return `${share} of updates are HOT today; one that changes ${fresh.map(readableIdent).join(" or ")} no longer will be.`;
}

/** Columns of the relation that an index uses in any way. */
function columnsOf(
  relation: Relation,
  index: Pick<Index, "include" | "predicate"> & { readonly keys: readonly { column: string | null; sql: string }[] },
): string[] {
  const text = [...index.keys.filter((key) => key.column === null).map((key) => key.sql), index.predicate ?? ""].join(" ");
  const named = new Set([...index.keys.flatMap((key) => key.column ?? []), ...index.include, ...identifiers(text)]);
  return relation.columns.map((column) => column.name).filter((name) => named.has(name));
}

/** Identifiers in SQL text, string constants left out. Function and type names come along and match no column. */
function identifiers(sql: string): string[] {
  const code = sql.replaceAll(/'(?:[^']|'')*'/g, " ");
  return [...code.matchAll(/"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!.toLowerCase(),
  );
}

/** Days between a reset and a later moment, both ISO 8601; null when the reset is unknown. */
export function daysBetween(since: string | null, until: string): number | null {
  const days = since === null ? Number.NaN : (Date.parse(until) - Date.parse(since)) / 86_400_000;
  return Number.isFinite(days) && days > 0 ? days : null;
}

/** The relation of a name, or null. */
export function findRelation(catalog: Catalog, name: { schema: string; name: string }): Relation | null {
  return catalog.relations.find((each) => sameRelation(each, name)) ?? null;
}
