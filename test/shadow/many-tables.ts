import type { Column, ColumnStatistics, Index, Relation } from "../../src/domain/catalog.ts";
import { emptyCatalog, emptyColumn, emptyTable, unknownStatistics } from "../../src/domain/empty-catalog.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";

const noStatistics: ColumnStatistics = { ...unknownStatistics, averageWidthBytes: 8, distinct: -0.5, correlation: 0.1 };

const types = [
  { type: "bigint", baseType: "int8", category: "N", storageLength: 8, alignment: "d", value: (n: number) => String(n * 1000) },
  {
    type: "text",
    baseType: "text",
    category: "S",
    storageLength: -1,
    alignment: "i",
    value: (n: number) => `value number ${String(n).padStart(6, "0")}`,
  },
  { type: "integer", baseType: "int4", category: "N", storageLength: 4, alignment: "i", value: (n: number) => String(n) },
  {
    type: "timestamp with time zone",
    baseType: "timestamptz",
    category: "D",
    storageLength: 8,
    alignment: "d",
    value: (n: number) => new Date(1.6e12 + n * 1e7).toISOString().replace("T", " ").replace("Z", "+00"),
  },
] as const;

const list = (from: number, count: number, value: (n: number) => string) =>
  `{${Array.from({ length: count }, (_, n) => `"${value(from + n)}"`).join(",")}}`;

function column(at: number): Column {
  const { value, ...type } = types[at % types.length]!;
  const statistics = {
    ...noStatistics,
    mostCommonValues: at === 0 ? null : list(0, 100, value),
    mostCommonFrequencies: at === 0 ? null : Array.from({ length: 100 }, () => 0.003),
    histogramBounds: list(1000, 101, value),
  };
  return {
    ...emptyColumn,
    ...type,
    name: at === 0 ? "id" : `c${at}`,
    position: at + 1,
    notNull: at === 0,
    statistics,
    ends: at === 0 ? { low: "1", high: "1000000000" } : null,
  };
}

function index(table: string, columns: readonly Column[], primary: boolean): Index {
  const name = primary ? `${table}_pkey` : `${table}_${columns.map((each) => each.name).join("_")}`;
  const list = columns.map((each) => each.name).join(", ");
  return {
    schema: "public",
    name,
    accessMethod: "btree",
    keys: columns.map((each) => ({
      column: each.name,
      sql: each.name,
      operatorClass: `${each.baseType}_ops`,
      descending: false,
      nullsFirst: false,
      statistics: null,
      storageLength: each.storageLength,
      alignment: each.alignment,
    })),
    include: [],
    predicate: null,
    unique: primary,
    nullsNotDistinct: false,
    primary,
    valid: true,
    replicaIdentity: false,
    clustered: false,
    constraint: primary ? { name, kind: "primary-key", definition: `PRIMARY KEY (${list})` } : null,
    storageParameters: [],
    definition: `CREATE ${primary ? "UNIQUE " : ""}INDEX ${name} ON public.${table} USING btree (${list})`,
    parent: null,
    partitioned: false,
    rows: 1e6,
    pages: 8000,
    currentPages: 8000,
    bytes: 8000 * 8192,
    scans: 1,
    lastScan: null,
  };
}

function relation(n: number): Relation {
  const name = `t${String(n).padStart(3, "0")}`;
  const columns = Array.from({ length: 20 }, (_, at) => column(at));
  return {
    ...emptyTable,
    schema: "public",
    name,
    rows: 1e6,
    pages: 20_000,
    currentPages: 21_000,
    allVisiblePages: 18_000,
    bytes: 21_000 * 8192,
    columns,
    indexes: [[0], [1], [2, 3], [4, 5, 6]].map((keys, at) =>
      index(
        name,
        keys.map((key) => columns[key]!),
        at === 0,
      ),
    ),
  };
}

/** As many tables of 20 columns and 4 indexes, with full statistics (100 common values and 101 bounds a column). */
export function manyTables(count: number): Snapshot {
  return {
    schemaVersion: 1,
    collectedAt: "2026-01-01T00:00:00.000Z",
    origin: "live",
    server: {
      versionNumber: 180_000,
      major: 18,
      database: "many",
      databaseBytes: null,
      encoding: "UTF8",
      collation: "C",
      characterType: "C",
      localeProvider: "c",
      standby: false,
      systemIdentifier: null,
      countingSince: null,
    },
    settings: [],
    catalog: { ...emptyCatalog, relations: Array.from({ length: count }, (_, n) => relation(n)) },
    statements: [],
    gaps: [],
    valuesRedacted: false,
  };
}
