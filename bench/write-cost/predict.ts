import { liveSource } from "../../src/collect/live-source.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Index, Relation } from "../../src/domain/catalog.ts";
import { accessMethods } from "../../src/domain/postgres.ts";
import { writePrice } from "../../src/select/write-price.ts";
import { connect } from "../workload/database.ts";
import type { WriteTimes } from "./measure.ts";

/** The table as an audit reads it. */
export async function readWritten(database: string): Promise<Relation> {
  const session = await connect(database);
  const options = {
    top: 0,
    minCalls: 0,
    includeSchemas: [],
    excludeSchemas: [],
    now: new Date(0),
    statements: [],
    redactValues: false,
    readEnds: false,
  };
  const { catalog } = await liveSource(session, options).read({});
  await session.close();
  const relation = catalog.relations.find(({ name }) => name === "written");
  if (!relation) throw new Error("the table that is written to is not in the catalog");
  return relation;
}

/**
 * µs a row that the model adds for the relation's indexes beyond its primary key, one after another: each finds those before it there,
 * and the HOT updates that they have left. `hotShare` is that of the table without them; `sets` tells whether the update sets a column.
 */
export function predictExtra(
  relation: Relation,
  hotShare: number,
  sets: (column: string) => boolean,
): Pick<WriteTimes, "insert" | "update"> {
  const added = relation.indexes.filter(({ primary }) => !primary).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let there = relation.indexes.filter(({ primary }) => primary);
  let hot = hotShare;
  const extra = { insert: 0, update: 0 };
  for (const index of added) {
    const before = { ...relation, indexes: there };
    const definition = definitionOf(relation, index);
    const setShare = (column: string) => (sets(column) ? 1 : 0);
    extra.insert += writePrice(definition, before, { inserted: 1, updated: 0, hotUpdated: 0 }, setShare).us;
    const written = writePrice(definition, before, { inserted: 0, updated: 1 - hot, hotUpdated: hot }, setShare);
    extra.update += written.us;
    if (index.accessMethod !== "brin" && usedColumns(relation, index).some(sets)) hot = 0;
    there = [...there, index];
  }
  return extra;
}

function usedColumns(relation: Relation, index: Index): string[] {
  const text = `${index.keys.map(({ sql }) => sql).join(" ")} ${index.include.join(" ")} ${index.predicate ?? ""}`;
  return relation.columns.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
}

function definitionOf(relation: Relation, index: Index): IndexDefinition {
  const accessMethod = accessMethods.find((each) => each === index.accessMethod);
  if (!accessMethod) throw new Error(`no price for ${index.accessMethod}`);
  return {
    relation: { schema: relation.schema, name: relation.name },
    accessMethod,
    keys: index.keys.map(({ column, sql, operatorClass, descending, nullsFirst }) => ({
      column,
      sql,
      operatorClass,
      collation: null,
      descending,
      nullsFirst,
    })),
    include: index.include,
    predicate: index.predicate,
    storage: {},
    extension: null,
  };
}
