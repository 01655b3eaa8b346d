import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";
import { insertEndRows } from "./end-rows.ts";
import { ownToolSteps } from "./own-tools.ts";
import { attachIndexSteps, indexSteps, markInvalidIndexes, statisticsObjectSteps } from "./restore-indexes.ts";
import { type RestoreRecord, restoreRecord } from "./restore-record.ts";
import { checkSteps, foreignKeySteps, parentSteps, tableSteps, viewSteps } from "./restore-tables.ts";
import { collationSteps, extensionSteps, functionSteps, schemaSteps, typeSteps } from "./restore-types.ts";
import { missingTypes, type StandIns, standInCaution, standInSteps } from "./stand-ins.ts";

export interface RestoredSchema {
  readonly gaps: readonly Gap[];
  /** Keys of the heaps that hold end rows. */
  readonly endRows: ReadonlySet<string>;
  /** `{relationKey → why plans that touch it deserve less trust}`. */
  readonly cautions: ReadonlyMap<string, readonly string[]>;
}

/**
 * Makes production's schema from its own definitions, with the two end rows in each table before its indexes are
 * built. A definition that the embedded PostgreSQL refuses becomes a gap and, where it belongs to a relation, a
 * caution on that relation. Leaves a search_path that finds everything.
 */
export async function restoreSchema(database: EmbeddedDatabase, snapshot: Snapshot): Promise<RestoredSchema> {
  const { catalog } = snapshot;
  const record = restoreRecord(database);
  await makeGround(database, snapshot, record);
  const { standIns, laterFunctions } = await makeTables(database, catalog, record);
  await record.apply(checkSteps(catalog));
  await record.apply(parentSteps(catalog));
  const endRows = await insertEndRows(database, catalog);

  const heaps = catalog.relations.filter((relation) => relation.kind !== "materialized-view" && relation.kind !== "foreign-table");
  await makeIndexes(database, indexSteps(heaps, standIns), endRows, record);
  await record.apply(attachIndexSteps(catalog));
  await record.apply(foreignKeySteps(catalog));
  await record.apply([...viewSteps(catalog, standIns), ...laterFunctions]);
  const matviews = catalog.relations.filter((relation) => relation.kind === "materialized-view");
  await record.apply([...indexSteps(matviews, standIns), ...statisticsObjectSteps(catalog)]);
  await markInvalidIndexes(database, catalog);

  for (const relation of catalog.relations) for (const text of knownCautions(relation, standIns, endRows)) record.caution(relation, text);
  return { gaps: record.gaps, endRows, cautions: record.cautions };
}

/** Schemas, extensions and collations, and a search_path under which definitions read as they were written. */
async function makeGround(database: EmbeddedDatabase, snapshot: Snapshot, record: RestoreRecord): Promise<void> {
  const { catalog } = snapshot;
  // Bodies may name what is made later; what they do is of no interest here.
  await database.run("set check_function_bodies = off");
  await record.apply([...ownToolSteps(database), ...schemaSteps(catalog)]);
  const extensions = extensionSteps(catalog, database);
  for (const name of extensions.missing)
    record.gap(`extension ${ident(name)}`, "the embedded PostgreSQL does not have it: statements that use it may not be planned");
  await record.apply([...extensions.steps, ...collationSteps(catalog)]);
  await database.session.query("select set_config('search_path', $1, false)", [definitionPath(snapshot)]);
}

/** Production's own path first, then every other schema, because definitions may name types of any without it. */
function definitionPath({ catalog, settings }: Snapshot): string {
  const own = settings.find((setting) => setting.name === "search_path")?.value ?? "public";
  const objects = [...catalog.extensions, ...catalog.enums, ...catalog.domains, ...catalog.functions, ...catalog.relations];
  const others = [...new Set(objects.map((object) => ident(object.schema)))].sort();
  return [...(own.trim() === "" ? [] : [own]), ...others].join(", ");
}

/**
 * Types, functions, sequences and tables in one go, because each may need the other. Functions that still fail
 * may take a view's row type: they come back to be tried once more after the views.
 */
async function makeTables(
  database: EmbeddedDatabase,
  catalog: Catalog,
  record: RestoreRecord,
): Promise<{ readonly standIns: StandIns; readonly laterFunctions: readonly Step[] }> {
  const laterTypes = (await record.attempt(typeSteps(catalog))).map(({ step }) => step);
  const missing = await missingTypes(database, catalog);
  await record.apply(standInSteps(missing));
  const standIns = new Set(missing);
  const functions = functionSteps(catalog);
  const sequences = catalog.sequences.map((name) => ({
    what: `sequence ${qualified(name)}`,
    sql: `create sequence if not exists ${qualified(name)}`,
  }));
  const failed = await record.attempt([...laterTypes, ...sequences, ...functions, ...tableSteps(catalog, standIns)]);
  const isFunction = new Set<Step>(functions);
  record.refused(failed.filter(({ step }) => !isFunction.has(step)));
  return { standIns, laterFunctions: failed.map(({ step }) => step).filter((step) => isFunction.has(step)) };
}

/**
 * Where an end row is what an index cannot be built on (a duplicate, a text that is no number in an expression),
 * the table goes without end rows.
 */
async function makeIndexes(database: EmbeddedDatabase, steps: readonly Step[], endRows: Set<string>, record: RestoreRecord): Promise<void> {
  const failed = await record.attempt(steps);
  const again: Step[] = [];
  for (const { step, sqlState } of failed) {
    const relation = step.relation;
    // Class 22: data exception, class 23: integrity constraint violation.
    if (relation === undefined || !/^2[23]/.test(sqlState) || !endRows.has(relationKey(relation))) continue;
    again.push(step);
  }
  for (const relation of new Set(again.map((step) => step.relation!))) {
    await database.run(`truncate table only ${qualified(relation)}`);
    endRows.delete(relationKey(relation));
  }
  const retried = new Set(again);
  record.refused(failed.filter(({ step }) => !retried.has(step)));
  await record.apply(again);
}

function knownCautions(relation: Relation, standIns: StandIns, endRows: ReadonlySet<string>): string[] {
  const texts: string[] = [];
  const standIn = standInCaution(relation, standIns);
  if (standIn !== null) texts.push(standIn);
  if (relation.kind === "foreign-table") texts.push("a foreign table is planned as if it were local: costs of its server are unknown here");
  if (relation.rowSecurity) texts.push("row security is on: the conditions of its policies are not part of these plans");
  const hasHistogram = relation.columns.some((column) => column.statistics?.histogramBounds != null);
  if (relation.kind === "table" && hasHistogram && (relation.rows ?? 0) >= 2 && !endRows.has(relationKey(relation)))
    texts.push("its smallest and largest values could not be put in place: ranges near them are estimated from the histogram alone");
  return texts;
}
