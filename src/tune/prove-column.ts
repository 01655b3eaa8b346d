import { createHash } from "node:crypto";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident, qualified } from "../domain/identifier.ts";
import type { Plan } from "../domain/plan.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { blockSizeBytes, sameRelation } from "../domain/postgres.ts";
import type { Evidence } from "../domain/tuning.ts";
import { cost } from "../domain/units.ts";
import { deparsedKey, type KeyColumn } from "../rule/key-column.ts";
import type { Trial } from "../rule/tuning-rule.ts";
import { catalogWithColumn, definedOnColumn } from "./column-catalog.ts";
import { withKeyColumn } from "./key-as-column.ts";
import { compare, noticeable, type PlannedFamily, plansOf, plansToday, type SchemaQuestions } from "./replan.ts";
import { catalogOf, touching, underSchema } from "./under-schema.ts";
import { unproved, type Verdict } from "./verdict.ts";

type ColumnTrial = Extract<Trial, { kind: "generated-column" }>;

/** Up to 10 % dearer counts as equal: the rows are longer by the column. */
const nearlyEqual = 0.1;
/** Bytes of TOAST a row from which taking a document apart for one key costs what no planner counts. A guess: half a TOAST_MAX_CHUNK_SIZE. */
const largeDocument = 1000;

/**
 * Plans the statements three times: as they are, as they are with an index on the expression, and written with a stored column and an
 * index on it. Proved where the column does better than the expression's index, or as well while rows are sorted or grouped by a key
 * of large documents; else refused, with both figures.
 */
export async function proveColumn(trial: ColumnTrial, families: readonly PlannedFamily[], questions: SchemaQuestions): Promise<Verdict> {
  const { relation } = trial;
  const { planner, catalog } = questions;
  const table = catalog.relations.find((each) => sameRelation(each, relation));
  const concerned = touching(families, relation);
  const key: KeyColumn = { ...trial.key, name: freeName(catalog) };
  if (!table || concerned.length === 0) return unproved("no statement that reads it can be planned");
  const known = await planner.expressionStatistics?.(relation, deparsedKey(key));
  if (!known) return unproved(`nothing tells the values of the key ${key.key}: ANALYZE the table, or sample its rows (--sample-rows)`);
  if (!concerned.some(({ family }) => trial.users.includes(family.id)))
    return unproved("none of the statements that use the key can be planned");
  const written = await writtenWith(key, concerned, trial, questions);
  if (written.count === 0) return { kind: "refused", reason: `No statement names the key ${key.key} where a column could stand.` };

  const today = await plansToday(concerned, questions);
  const expression = await withIndex(indexOn(table, null, `(${deparsedKey(key)})`), concerned, questions);
  const changed = catalogWithColumn(catalogOf(written.families, questions), table, key, known.statistics);
  const indexOf = (index: IndexDefinition) => (sameRelation(index.relation, relation) ? definedOnColumn(index, key) : index);
  const column = await underSchema(questions, { catalog: changed, changed: [table], indexOf }, async ({ planner: other, indexes, add }) => {
    await add("key", indexOn(table, key.name, ident(key.name)));
    const indexNames = new Map([...(questions.indexNames ?? []), ["plansmith_key", `${table.name}_${trial.key.name}_idx`]]);
    const there = { ...questions, planner: other, indexes, indexNames };
    // Where a subquery does not hand the column on, the statement stays as it is.
    return new Map([...(await plansOf(concerned, there)), ...(await plansOf(written.families, there))]);
  });
  if (typeof column === "string") return unproved(column);
  return verdictOf(trial, table, { concerned, today, expression, column, rewritten: written.count });
}

/** A name that no column has, so that the key's is never mistaken for another one, whatever stands in a statement's FROM. */
function freeName({ relations }: Catalog): string {
  const taken = new Set(relations.flatMap((each) => each.columns.map((column) => column.name)));
  let name = "plansmith_key";
  while (taken.has(name)) name += "_";
  return name;
}

async function writtenWith(key: KeyColumn, families: readonly PlannedFamily[], { relation }: ColumnTrial, questions: SchemaQuestions) {
  const written: PlannedFamily[] = [];
  let count = 0;
  for (const { family, typical } of families) {
    const sql = await withKeyColumn(typical.sql, relation, key, questions);
    if (sql !== null && sql !== typical.sql) count += 1;
    written.push({ family, typical: { ...typical, sql: sql ?? typical.sql } });
  }
  return { families: written, count };
}

/** Plans with one more index; those of today where it is recommended already, or refused. */
async function withIndex(index: IndexDefinition, families: readonly PlannedFamily[], questions: SchemaQuestions) {
  const { planner, indexes } = questions;
  const id = createHash("sha256")
    .update(`${qualified(index.relation)} ${index.keys[0]!.sql}`)
    .digest("hex")
    .slice(0, 12);
  const prepared = await planner.prepare(id, index);
  if (prepared.kind === "refused") return plansToday(families, questions);
  return plansOf(families, { ...questions, indexes: { ...indexes, show: [...indexes.show, id] } });
}

function indexOn({ schema, name }: Relation, column: string | null, sql: string): IndexDefinition {
  const key = { column, sql, operatorClass: null, collation: null, descending: false, nullsFirst: false };
  return { relation: { schema, name }, accessMethod: "btree", keys: [key], include: [], predicate: null, storage: {}, extension: null };
}

interface Planned {
  readonly concerned: readonly PlannedFamily[];
  readonly today: ReadonlyMap<string, Plan>;
  readonly expression: ReadonlyMap<string, Plan>;
  readonly column: ReadonlyMap<string, Plan>;
  readonly rewritten: number;
}

function verdictOf(trial: ColumnTrial, table: Relation, { concerned, today, expression, column, rewritten }: Planned): Verdict {
  const found = compare(concerned, today, column);
  const byExpression = compare(concerned, today, expression).costAfter;
  const sums = `calls × cost ${cost(found.costBefore)} now, ${cost(byExpression)} with an index on the expression, ${cost(found.costAfter)} with the column`;
  if (found.planned === 0 || found.costAfter > found.costBefore * (1 - noticeable))
    return { kind: "refused", reason: `Planned with the column and an index on it, the statements gain nothing: ${sums}.` };
  if (found.costAfter > byExpression * (1 + nearlyEqual))
    return { kind: "refused", reason: `An index on the expression does more, and no statement has to be rewritten: ${sums}.` };
  const equal = found.costAfter > byExpression * (1 - noticeable);
  const toast = toastBytesPerRow(table);
  const computing = trial.computing.length > 0 && toast >= largeDocument;
  if (equal && !computing)
    return { kind: "refused", reason: `An index on the expression does as much, and no statement has to be rewritten: ${sums}.` };
  const evidence: Evidence[] = [
    { name: "calls × cost now", value: found.costBefore, unit: "cost" },
    { name: "with an index on the expression", value: byExpression, unit: "cost" },
    { name: "with the column", value: found.costAfter, unit: "cost" },
    { name: "statements written with it for the proof", value: rewritten, unit: null },
    ...(computing ? [{ name: "TOAST per row, of which the planner counts nothing", value: toast, unit: "bytes" }] : []),
  ];
  return {
    kind: "proved",
    evidence,
    proof: {
      kind: "planner",
      change: `a stored column of the key with an index on it, ${equal ? "as good as" : "against"} an index on the expression`,
      comparable: true,
      planned: found.planned,
      better: found.better,
      worse: found.worse,
      changedPlans: found.changedPlans,
      effects: found.effects,
    },
  };
}

/** `bytes` counts the heap and its TOAST. */
function toastBytesPerRow(table: Relation): number {
  const rows = plannerRows(table) ?? 0;
  return rows === 0 ? 0 : Math.max(0, table.bytes - table.currentPages * blockSizeBytes) / rows;
}
