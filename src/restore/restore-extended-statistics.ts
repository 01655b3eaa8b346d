import type { RawStatisticsRow, StatisticsObject, StatisticsObjectData } from "../domain/catalog.ts";
import { literal, qualified } from "../domain/identifier.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { adaptedMcv } from "./adapt-mcv.ts";

/**
 * What ANALYZE put into CREATE STATISTICS objects: n-distinct counts and dependencies byte by byte, most common
 * combinations with their types adapted, expressions as rows of pg_statistic. No function restores these in
 * PostgreSQL 18, so that the catalog is written.
 */
export async function restoreExtendedStatistics(database: EmbeddedDatabase, snapshot: Snapshot): Promise<Gap[]> {
  const objects = snapshot.catalog.statisticsObjects.filter((object) => object.collected.length > 0);
  if (objects.length === 0) return [];
  for (const type of ["pg_ndistinct", "pg_dependencies", "pg_mcv_list"]) await allowBytes(database, type);
  const gaps: Gap[] = [];
  for (const object of objects) {
    const refusal = await restoreObject(database, object);
    if (refusal !== null)
      gaps.push({
        area: "shadow",
        what: `contents of statistics object ${qualified(object)}`,
        why: `${refusal}; its columns are planned as if they were independent`,
        remedy: null,
      });
  }
  return gaps;
}

/** bytea → type, as it is: these types have no input function. */
export async function allowBytes(database: EmbeddedDatabase, type: string): Promise<void> {
  const there = await database.scalar(
    `select exists (select from pg_cast where castsource = 'bytea'::regtype and casttarget = '${type}'::regtype)`,
  );
  if (there !== true) await database.run(`create cast (bytea as ${type}) without function`);
}

/** Null when all of it is in place, else why not. */
async function restoreObject(database: EmbeddedDatabase, object: StatisticsObject): Promise<string | null> {
  const [found] = await database.session.query<{ oid: string }>(
    `select s.oid::text as oid from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
     where n.nspname::text = $1 and s.stxname::text = $2`,
    [object.schema, object.name],
  );
  if (found === undefined) return null; // its making failed and is a gap already
  try {
    const types = await expressionTypes(database, object, found.oid);
    const columns = dataColumns.filter(({ since }) => database.versionNumber >= since);
    const rows: string[] = [];
    let dropped = false;
    for (const collected of object.collected) {
      const mcv = await adaptedMcv(database, collected);
      dropped ||= mcv === null && collected.mcvHex !== null;
      rows.push(dataRow(found.oid, { ...collected, mcvHex: mcv }, { types, columns }));
    }
    await database.run(
      `delete from pg_statistic_ext_data where stxoid = ${found.oid};
       insert into pg_statistic_ext_data (${columns.map(({ name }) => name).join(", ")}) values ${rows.join(", ")}`,
    );
    // The next plan must read it anew.
    await database.run(`update pg_class set relname = relname where oid = ${literal(qualified(object.relation))}::regclass`);
    return dropped ? "its most common combinations hold values of types that cannot be carried over" : null;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return (error as Error).message;
  }
}

/** Columns of pg_statistic_ext_data by first version: release notes of 14 (expressions) and 15 (inheritance). */
const dataColumns = [
  { name: "stxoid", since: 120_000 },
  { name: "stxdinherit", since: 150_000 },
  { name: "stxdndistinct", since: 120_000 },
  { name: "stxddependencies", since: 120_000 },
  { name: "stxdmcv", since: 120_000 },
  { name: "stxdexpr", since: 140_000 },
] as const;

function dataRow(
  oid: string,
  collected: StatisticsObjectData,
  { types, columns }: { readonly types: readonly string[]; readonly columns: readonly (typeof dataColumns)[number][] },
): string {
  const bytes = (hex: string | null, type: string) => (hex === null ? "null" : `decode('${hex}', 'hex')::${type}`);
  const expressions = collected.expressions.map((row, at) => statisticRow(row, types[at] ?? "text"));
  const array = expressions.length === 0 ? "null" : `array[${expressions.join(", ")}]::pg_statistic[]`;
  const values = {
    stxoid: oid,
    stxdinherit: String(collected.inherited),
    stxdndistinct: bytes(collected.ndistinctHex, "pg_ndistinct"),
    stxddependencies: bytes(collected.dependenciesHex, "pg_dependencies"),
    stxdmcv: bytes(collected.mcvHex, "pg_mcv_list"),
    stxdexpr: array,
  };
  return `(${columns.map(({ name }) => values[name]).join(", ")})`;
}

/** Types of the object's expressions, in order: a view over them tells. Empty when it has none. */
async function expressionTypes(database: EmbeddedDatabase, object: StatisticsObject, oid: string): Promise<string[]> {
  if (object.collected.every((collected) => collected.expressions.length === 0)) return [];
  const list = await database.scalar(`select array_to_json(pg_get_statisticsobjdef_expressions(${oid}))`);
  const expressions = list as string[];
  const view = "pg_temp.plansmith_expressions";
  await database.run(
    `create view ${view} as select ${expressions.map((sql, at) => `(${sql}) as e${at}`).join(", ")} from ${qualified(object.relation)}`,
  );
  try {
    const rows = await database.session.query<{ type: string }>(
      `select format_type(atttypid, null) as type from pg_attribute where attrelid = '${view}'::regclass and attnum > 0 order by attnum`,
    );
    return rows.map((row) => row.type);
  } finally {
    await database.run(`drop view ${view}`);
  }
}

/** Slots of a pg_statistic row. */
const slotCount = 5;
/** Kinds that are nothing without their values: MCV, histogram, elements, range lengths and bounds; pg_statistic.h. */
const kindsOfValues = new Set([1, 2, 4, 6, 7]);

/** A pg_statistic row constructor; operators and collations are OIDs below 16384, or names. */
function statisticRow(row: RawStatisticsRow, type: string): string {
  // Redacted values leave slots that the planner would stumble over.
  const kept = row.slots.filter((slot) => slot.values !== null || !kindsOfValues.has(slot.kind));
  const slots = Array.from({ length: slotCount }, (_, at) => kept[at] ?? null);
  const operator = (name: string) => (/^\d+$/.test(name) ? name : `coalesce(to_regoperator(${literal(name)})::oid, 0)`);
  const collation = (name: string) => (/^\d+$/.test(name) ? name : `coalesce(to_regcollation(${literal(name)})::oid, 100)`);
  const numbers = (text: string | null | undefined) => (text == null ? "null" : `${literal(text)}::real[]`);
  const values = (text: string | null | undefined) =>
    text == null ? "null" : `array_in(${literal(text)}::cstring, ${literal(type)}::regtype, -1)`;
  return `row(0, 0, false, ${row.nullFraction}, ${row.widthBytes}, ${row.distinct},
    ${slots.map((slot) => slot?.kind ?? 0).join(", ")},
    ${slots.map((slot) => (slot === null ? "0" : operator(slot.operator))).join(", ")},
    ${slots.map((slot) => (slot === null ? "0" : collation(slot.collation))).join(", ")},
    ${slots.map((slot) => numbers(slot?.numbers)).join(", ")},
    ${slots.map((slot) => values(slot?.values)).join(", ")}
  )::pg_statistic`;
}
