import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident, readableIdent } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { IndexColumn, IndexShape } from "../index-size/index-shape.ts";
import { btreeDeduplicates } from "../restore/pages.ts";
import { predicateShare } from "./expression-statistics.ts";
import { type IndexAttribute, type IndexPart, plannedGroups, plannedRows, relationOf, statisticsOf } from "./index-parts.ts";
import { baseColumns, keyStatistics, readsColumn } from "./key-statistics.ts";
import type { Workshop } from "./prepare-index.ts";
import type { SampleTable } from "./row-samples.ts";
import { builtOnSample, sampledShare, sampledValues } from "./sample-size.ts";
import { sampledCombinations } from "./sample-statistics.ts";

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
  const key = relationKey(part.relation);
  const tableRows = workshop.tableRows.get(key) ?? (await plannedRows(shadow.database, part.relation, null));
  workshop.tableRows.set(key, tableRows);
  const described: DescribedColumn[] = [];
  for (const [position, attribute] of part.attributes.entries())
    described.push(await describeColumn(workshop, part, relation, attribute, position, tableRows));

  const columns = described.map((each) => each.column);
  const { keyCount } = built;
  const sample = await workshop.samples.tableOf(part.relation);
  const { rows, doubt } = await indexedRows(workshop, part, relation, tableRows);
  const uncertain = [...described.map((each) => each.uncertain), doubt];
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
      distinctTogether: relation === null ? null : await knownDistinct(workshop, snapshot.catalog, relation, part, { keyCount, tableRows }),
      major: snapshot.server.major,
      ...(sample && (await builtShape(workshop, part, sample))),
    },
    uncertain,
  };
}

/** A function or operator that a planner without statistics for it only guesses at. */
const computes = /[\w"]\(|->|\|\|/;
/** Two columns compared: to the planner always a third of the rows (DEFAULT_INEQ_SEL), or one in the larger number of values. */
const comparesColumns = /"?[a-z_]\w*"?\)?(::[\w ]+)?\)? ?(<=?|>=?|<>) ?\(?(?!(?:true|false|null|all|any|array|interval)\b)"?[a-z_]\w*"?/i;

interface IndexedRows {
  readonly rows: number;
  readonly doubt: string | null;
}

/** Rows under the predicate: the planner's estimate, or, where it only guesses, the predicate's share of the sampled rows. */
async function indexedRows(workshop: Workshop, part: IndexPart, relation: Relation | null, tableRows: number): Promise<IndexedRows> {
  const { shadow, snapshot } = workshop;
  if (part.predicate === null) return { rows: tableRows, doubt: null };
  const planned = { rows: await plannedRows(shadow.database, part.relation, part.predicate), doubt: null };
  const bare = part.predicate.replaceAll(/'(?:[^']|'')*'/g, "''");
  const together = comparesColumns.test(bare);
  if (relation === null || !(computes.test(bare) || together)) return planned;
  const sample = await workshop.samples.tableOf(part.relation);
  const inSample = sample && (await sampledShare(workshop, sample, part.predicate));
  if (inSample !== null) return { rows: inSample * tableRows, doubt: null };
  const bases = baseColumns(snapshot.catalog, relation, part.predicate);
  const share =
    typeof bases === "string" ? null : await predicateShare(shadow.database, part.predicate, part.relation.name, bases, tableRows);
  const doubt = together ? `rows where ${part.predicate} are guessed: no statistics tell how its columns go together` : null;
  return share === null ? { ...planned, doubt } : { rows: share * tableRows, doubt };
}

/** Access methods whose pages no formula fills; a tiny sample of one tells nothing. */
async function builtShape(workshop: Workshop, part: IndexPart, sample: SampleTable): Promise<Pick<IndexShape, "built"> | null> {
  if (part.accessMethod !== "gist" && part.accessMethod !== "spgist") return null;
  const pages = await builtOnSample(workshop, part, sample);
  return pages === null ? null : { built: { pages, rows: sample.rows } };
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
  const sample = part.accessMethod === "gin" ? await workshop.samples.tableOf(part.relation) : null;
  const values = sample && (await sampledValues(workshop, sample, attribute.sql, part.predicate));
  const shared = {
    ...(values && { sampledValues: values }),
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
  const known = await keyStatistics(workshop, { part, relation, attribute, position }, rows);
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

/**
 * What is known of exactly these keys together: extended statistics, by asking the planner, which has them; else a foreign key
 * over them, which has no more combinations than the table it points to has rows. Null when nothing is.
 */
async function knownDistinct(
  { shadow, samples }: Workshop,
  catalog: Catalog,
  relation: Relation,
  part: IndexPart,
  { keyCount, tableRows }: { readonly keyCount: number; readonly tableRows: number },
): Promise<number | null> {
  // Of one column ANALYZE knows more: rows of a block, which a sample has several of, are often alike.
  const sample = part.accessMethod === "btree" && keyCount > 1 ? await samples.tableOf(part.relation) : null;
  const sampledKeys = part.attributes.slice(0, keyCount).map((key) => key.sql);
  const inSample = sample && (await sampledCombinations(shadow.database, sample, sampledKeys, tableRows));
  if (inSample !== null) return inSample;
  const keys = part.attributes.slice(0, keyCount).map((key) => key.column);
  if (keyCount < 2 || !keys.every((key) => key !== null)) return null;
  const covered = catalog.statisticsObjects.some(
    (object) =>
      object.relation.schema === relation.schema &&
      object.relation.name === relation.name &&
      object.collected.some((each) => each.ndistinctHex !== null) &&
      keys.every((key) => readsColumn(object.definition.replace(/^.*? ON /s, ""), key)),
  );
  if (covered) return plannedGroups(shadow.database, part.relation, keys.map(ident));
  const referenced = relation.constraints
    .filter(
      ({ kind, columns }) => kind === "foreign-key" && columns.length === keyCount && columns.every((column) => keys.includes(column)),
    )
    .flatMap(({ references }) => (references ? (relationOf(catalog, references.relation)?.rows ?? []) : []));
  return referenced.length === 0 ? null : Math.min(...referenced);
}
