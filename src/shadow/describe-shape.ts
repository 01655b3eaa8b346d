import type { Catalog, ColumnStatistics, Relation } from "../domain/catalog.ts";
import { ident, readableIdent } from "../domain/identifier.ts";
import type { BaseColumn } from "./expression-sample.ts";
import { deriveExpressionStatistics, predicateShare } from "./expression-statistics.ts";
import { type IndexAttribute, type IndexPart, plannedGroups, plannedRows, relationOf, statisticsOf } from "./index-parts.ts";
import type { IndexColumn, IndexShape } from "./index-shape.ts";
import { btreeDeduplicates } from "./pages.ts";
import type { Workshop } from "./prepare-index.ts";
import { restoreRows } from "./restore-statistics.ts";

interface DescribedColumn {
  readonly column: IndexColumn;
  readonly uncertain: string | null;
}

/** All that the size of one index depends on; expression keys get their statistics in the shadow on the way. */
export async function describeShape(
  workshop: Workshop,
  built: { readonly keyCount: number; readonly storage: IndexShape["storage"] },
  part: IndexPart,
): Promise<{ readonly shape: IndexShape; readonly uncertain: readonly (string | null)[] }> {
  const { shadow, snapshot } = workshop;
  const relation = relationOf(snapshot.catalog, part.relation);
  const tableRows = await plannedRows(shadow.database, part.relation, null);
  const described: DescribedColumn[] = [];
  for (const [position, attribute] of part.attributes.entries())
    described.push(await describeColumn(workshop, part, relation, attribute, position, tableRows));

  const columns = described.map((each) => each.column);
  const { keyCount } = built;
  const rows = await indexedRows(workshop, part, relation, tableRows);
  const uncertain = described.map((each) => each.uncertain);
  if (relation?.rows === null)
    uncertain.push(`${readableIdent(part.relation.name)} was never analysed: its rows are assumed from its size`);
  return {
    shape: {
      accessMethod: part.accessMethod,
      rows,
      tableRows,
      heapPages: relation?.currentPages ?? 1,
      keys: columns.slice(0, keyCount),
      include: columns.slice(keyCount),
      storage: built.storage,
      deduplicates: part.accessMethod === "btree" && deduplicates(workshop, part),
      uniqueTogether: relation !== null && hasUniqueSubset(relation, part),
      distinctTogether: relation === null ? null : await knownDistinct(workshop, snapshot.catalog, relation, part, keyCount),
      major: snapshot.server.major,
    },
    uncertain,
  };
}

/** A function or operator that a planner without statistics for it only guesses at. */
const computes = /[\w"]\(|->|\|\|/;

/** Rows under the predicate: the planner's estimate, or, where it compares an expression, the predicate's share of the sampled rows. */
async function indexedRows({ shadow, snapshot }: Workshop, part: IndexPart, relation: Relation | null, tableRows: number): Promise<number> {
  if (part.predicate === null) return tableRows;
  const planned = await plannedRows(shadow.database, part.relation, part.predicate);
  if (relation === null || !computes.test(part.predicate.replaceAll(/'(?:[^']|'')*'/g, "''"))) return planned;
  const bases = baseColumns(snapshot.catalog, relation, part.predicate);
  const share =
    typeof bases === "string" ? null : await predicateShare(shadow.database, part.predicate, part.relation.name, bases, tableRows);
  return share === null ? planned : share * tableRows;
}

function deduplicates({ shadow }: Workshop, part: IndexPart): boolean {
  const meta = shadow.database.files.readPage(part.path, 0);
  return meta !== null && btreeDeduplicates(meta);
}

async function describeColumn(
  workshop: Workshop,
  part: IndexPart,
  relation: Relation | null,
  attribute: IndexAttribute,
  position: number,
  rows: number,
): Promise<DescribedColumn> {
  const column = relation?.columns.find((each) => each.name === attribute.column) ?? null;
  const shared = {
    label: attribute.sql,
    operatorClass: attribute.operatorClass ?? "",
    nulls: !rulesOutNull(part.predicate, attribute.sql),
  };
  // GIN and GiST store something else than the value: their sizes start from the value.
  if (column && relation)
    return {
      column: {
        ...shared,
        typeName: column.baseType,
        storageLength: column.storageLength,
        alignment: column.alignment,
        statistics: statisticsOf(workshop.snapshot.catalog, relation, column),
        derived: false,
      },
      uncertain: null,
    };
  const known = await expressionStatistics(workshop, part, relation, attribute, position, rows);
  return {
    column: {
      ...shared,
      typeName: known.typeName ?? attribute.inputType ?? attribute.storedType,
      storageLength: attribute.storageLength,
      alignment: attribute.alignment,
      statistics: known.statistics,
      derived: known.derived,
    },
    uncertain: known.uncertain,
  };
}

interface KnownExpression {
  readonly statistics: ColumnStatistics | null;
  readonly typeName: string | null;
  readonly derived: boolean;
  readonly uncertain: string | null;
}

/** Statistics of the expression: of an existing index on it, else derived from its columns and restored onto the new index. */
async function expressionStatistics(
  { shadow, snapshot }: Workshop,
  part: IndexPart,
  relation: Relation | null,
  attribute: IndexAttribute,
  position: number,
  rows: number,
): Promise<KnownExpression> {
  const existing = relation?.indexes.flatMap((index) => index.keys).find((key) => key.column === null && sameSql(key.sql, attribute.sql));
  if (existing?.statistics) return { statistics: existing.statistics, typeName: null, derived: false, uncertain: null };
  const bases = relation ? baseColumns(snapshot.catalog, relation, attribute.sql) : [];
  if (typeof bases === "string")
    return { statistics: null, typeName: null, derived: true, uncertain: `no statistics for ${attribute.sql}: ${bases}` };
  const derived = await deriveExpressionStatistics(shadow.database, attribute.sql, part.relation.name, bases, rows);
  if (derived.statistics === null) return { ...derived, derived: true };
  const what = `statistics of ${attribute.sql}`;
  const row = { relation: part, position: position + 1, inherited: false, statistics: derived.statistics, what };
  const [gap] = await restoreRows(shadow.database, [row]);
  return { ...derived, derived: true, uncertain: gap ? `${gap.what}: ${gap.why}` : derived.uncertain };
}

/** Columns that a deparsed expression reads, or why their values are not known. */
function baseColumns(catalog: Catalog, relation: Relation, expression: string): BaseColumn[] | string {
  const bare = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const used = relation.columns.filter((column) => readsColumn(bare, column.name));
  const bases: BaseColumn[] = [];
  for (const column of used) {
    const statistics = statisticsOf(catalog, relation, column);
    if (statistics === null) return `${column.name} has none`;
    if (statistics.mostCommonValues === null && statistics.histogramBounds === null) return `no values of ${column.name} are known`;
    bases.push({ column, statistics });
  }
  return bases.length === 0 ? "it reads no column" : bases;
}

/** A name as the server deparses it, not followed by the parenthesis that would make it a function. */
function readsColumn(bare: string, name: string): boolean {
  const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`(?<![\\w"])${escaped(name)}(?![\\w"(])`).test(bare) || bare.includes(ident(name));
}

/** Comparison of deparsed texts: the same server wrote both, but for outer parentheses and blanks. */
function sameSql(a: string, b: string): boolean {
  const plain = (sql: string) => sql.replaceAll(/[()\s]/g, "");
  return plain(a) === plain(b);
}

/** A partial index whose predicate compares the key or says IS NOT NULL holds no NULLs of it. */
function rulesOutNull(predicate: string | null, key: string): boolean {
  if (predicate === null) return false;
  const bare = predicate.replaceAll(/'(?:[^']|'')*'/g, "''");
  if (!bare.includes(key)) return false;
  return !new RegExp(`${key.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}\\)* IS NULL`).test(bare) && !/ OR /.test(bare);
}

function hasUniqueSubset(relation: Relation, part: IndexPart): boolean {
  const keys = new Set(part.attributes.map((attribute) => attribute.column));
  return relation.indexes.some(
    (index) =>
      index.unique && index.valid && index.predicate === null && index.keys.every((key) => key.column !== null && keys.has(key.column)),
  );
}

/** What extended statistics say of exactly these keys together, by asking the planner, which has them; else null. */
async function knownDistinct(
  { shadow }: Workshop,
  catalog: Catalog,
  relation: Relation,
  part: IndexPart,
  keyCount: number,
): Promise<number | null> {
  const keys = part.attributes.slice(0, keyCount);
  if (keyCount < 2 || keys.some((key) => key.column === null)) return null;
  const covered = catalog.statisticsObjects.some(
    (object) =>
      object.relation.schema === relation.schema &&
      object.relation.name === relation.name &&
      object.collected.some((each) => each.ndistinctHex !== null) &&
      keys.every((key) => readsColumn(object.definition.replace(/^.*? ON /s, ""), key.column!)),
  );
  return covered
    ? plannedGroups(
        shadow.database,
        part.relation,
        keys.map((key) => ident(key.column!)),
      )
    : null;
}
