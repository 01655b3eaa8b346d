import type { Column, ColumnStatistics, IndexKey, Relation, StatisticsObject } from "../domain/catalog.ts";
import type { Gap, Snapshot, StatementStats } from "../domain/snapshot.ts";
import { openParser, type SqlParser } from "../syntax/parse-sql.ts";

/**
 * The snapshot without any value of any row: value lists, ends and MCV blobs go, and literals in statements become $n.
 * Opens a parser of its own when none is given. Frequencies, distinct counts, widths and correlation stay. Definitions (defaults, CHECKs, predicates) are schema and stay.
 */
export async function redactValues(snapshot: Snapshot, parser?: SqlParser): Promise<Snapshot> {
  const { statements, unreadable } = await normalizedStatements(snapshot.statements, parser);
  const gaps = snapshot.valuesRedacted ? [...snapshot.gaps] : [...snapshot.gaps, valuesGap];
  if (unreadable > 0) gaps.push(unreadableGap(unreadable));
  const { rowSamples: _rows, ...withoutRows } = snapshot;
  return {
    ...withoutRows,
    catalog: {
      ...snapshot.catalog,
      relations: snapshot.catalog.relations.map(redactRelation),
      statisticsObjects: snapshot.catalog.statisticsObjects.map(redactObject),
    },
    statements,
    gaps,
    valuesRedacted: true,
  };
}

const valuesGap: Gap = {
  area: "statistics",
  what: "values that statistics hold: most common values, histogram bounds, ends of indexes",
  why: "they were left out on request, so ranges and rare values are planned with PostgreSQL's default selectivities",
  remedy: "Collect without --redact-values.",
};

function unreadableGap(count: number): Gap {
  return {
    area: "statements",
    what: `${count} ${count === 1 ? "statement" : "statements"}`,
    why: "the text does not parse or is a utility command, so its literals could not be taken out",
    remedy: "Collect without --redact-values.",
  };
}

function redactRelation(relation: Relation): Relation {
  return {
    ...relation,
    columns: relation.columns.map(redactColumn),
    indexes: relation.indexes.map((index) => ({ ...index, keys: index.keys.map(redactKey) })),
  };
}

function redactColumn(column: Column): Column {
  return {
    ...column,
    statistics: column.statistics && withoutValues(column.statistics),
    inheritedStatistics: column.inheritedStatistics && withoutValues(column.inheritedStatistics),
    ends: null,
  };
}

function redactKey(key: IndexKey): IndexKey {
  return { ...key, statistics: key.statistics && withoutValues(key.statistics) };
}

function withoutValues(statistics: ColumnStatistics): ColumnStatistics {
  return {
    ...statistics,
    mostCommonValues: null,
    histogramBounds: null,
    mostCommonElements: null,
    rangeLengthHistogram: null,
    rangeBoundsHistogram: null,
  };
}

/** The counts of ndistinct and dependencies name no value; the MCV list is values. */
function redactObject(object: StatisticsObject): StatisticsObject {
  return {
    ...object,
    collected: object.collected.map((data) => ({
      ...data,
      mcvHex: null,
      mcvTypeNames: {},
      mcvEnumLabels: {},
      expressions: data.expressions.map((row) => ({ ...row, slots: row.slots.map((slot) => ({ ...slot, values: null })) })),
    })),
  };
}

interface Normalized {
  readonly statements: readonly StatementStats[];
  readonly unreadable: number;
}

async function normalizedStatements(statements: readonly StatementStats[], given: SqlParser | undefined): Promise<Normalized> {
  if (statements.length === 0) return { statements, unreadable: 0 };
  const parser = given ?? (await openParser());
  try {
    const kept: StatementStats[] = [];
    for (const { runs: _runs, ...statement } of statements) {
      const sql = await parser.normalize(statement.sql);
      if (sql !== null && isPlannable(sql)) kept.push({ ...statement, sql });
    }
    return { statements: kept, unreadable: statements.length - kept.length };
  } finally {
    if (!given) await parser.close();
  }
}

/** Normalising leaves the literals of utility commands (`SET`, `ALTER ROLE … PASSWORD '…'`) as they are. */
function isPlannable(sql: string): boolean {
  return /^[\s(]*(select|with|insert|update|delete|merge|table|values)\b/i.test(sql);
}
