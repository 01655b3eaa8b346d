import { z } from "zod";
import type { Plan } from "../domain/plan.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { healthSchema } from "./health-schema.ts";

// The domain types are the truth; `snapshotSchema`'s annotation makes the compiler compare the two.

const text = z.string();
const maybeText = z.string().nullable();
const maybeNumber = z.number().nullable();
const name = { schema: text, name: text };
const relationName = z.object(name);

const columnStatistics = z.object({
  nullFraction: z.number(),
  averageWidthBytes: z.number(),
  distinct: z.number(),
  mostCommonValues: maybeText,
  mostCommonFrequencies: z.array(z.number()).nullable(),
  histogramBounds: maybeText,
  correlation: maybeNumber,
  mostCommonElements: maybeText,
  mostCommonElementFrequencies: z.array(z.number()).nullable(),
  elementCountHistogram: z.array(z.number()).nullable(),
  rangeLengthHistogram: maybeText,
  rangeEmptyFraction: maybeNumber,
  rangeBoundsHistogram: maybeText,
});

const column = z.object({
  name: text,
  position: z.number(),
  type: text,
  baseType: text,
  category: text,
  elementType: maybeText,
  storageLength: z.number(),
  alignment: text,
  collation: maybeText,
  notNull: z.boolean(),
  default: maybeText,
  generated: z.enum(["stored", "virtual"]).nullable(),
  identity: z.enum(["always", "by-default"]).nullable(),
  statisticsTarget: maybeNumber,
  options: z.array(text),
  statistics: columnStatistics.nullable(),
  inheritedStatistics: columnStatistics.nullable(),
  ends: z.object({ low: text, high: text }).nullable(),
});

const index = z.object({
  ...name,
  accessMethod: text,
  keys: z.array(
    z.object({
      column: maybeText,
      sql: text,
      operatorClass: text,
      descending: z.boolean(),
      nullsFirst: z.boolean(),
      statistics: columnStatistics.nullable(),
      storageLength: z.number(),
      alignment: text,
    }),
  ),
  include: z.array(text),
  predicate: maybeText,
  unique: z.boolean(),
  nullsNotDistinct: z.boolean(),
  primary: z.boolean(),
  valid: z.boolean(),
  replicaIdentity: z.boolean(),
  clustered: z.boolean(),
  constraint: z.object({ name: text, kind: z.enum(["primary-key", "unique", "exclusion"]), definition: text }).nullable(),
  storageParameters: z.array(text),
  definition: text,
  parent: relationName.nullable(),
  partitioned: z.boolean(),
  rows: maybeNumber,
  pages: z.number(),
  currentPages: z.number(),
  bytes: z.number(),
  scans: maybeNumber,
  lastScan: maybeText,
});

const constraint = z.object({
  name: text,
  kind: z.enum(["check", "foreign-key", "primary-key", "unique", "exclusion", "not-null"]),
  definition: text,
  columns: z.array(text),
  validated: z.boolean(),
  local: z.boolean(),
  references: z.object({ relation: relationName, columns: z.array(text), onDelete: text, onUpdate: text }).nullable(),
});

const activity = z.object({
  sequentialScans: z.number(),
  sequentialRowsRead: z.number(),
  indexScans: z.number(),
  rowsInserted: z.number(),
  rowsUpdated: z.number(),
  rowsHotUpdated: z.number(),
  rowsDeleted: z.number(),
  liveRows: z.number(),
  deadRows: z.number(),
  rowsModifiedSinceAnalyze: z.number(),
  lastVacuum: maybeText,
  lastAnalyze: maybeText,
});

const namedDefinition = z.object({ name: text, definition: text });

const relation = z.object({
  ...name,
  kind: z.enum(["table", "partitioned-table", "materialized-view", "view", "foreign-table"]),
  rows: maybeNumber,
  pages: z.number(),
  currentPages: z.number(),
  allVisiblePages: z.number(),
  bytes: z.number(),
  columns: z.array(column),
  indexes: z.array(index),
  constraints: z.array(constraint),
  parents: z.array(relationName),
  partitionKey: maybeText,
  partitionBound: maybeText,
  storageParameters: z.array(text),
  rowSecurity: z.boolean(),
  unlogged: z.boolean(),
  // Read since 0.2: a snapshot from before has none of them.
  accessMethod: maybeText.exactOptional(),
  triggers: z.array(namedDefinition).exactOptional(),
  policies: z.array(namedDefinition).exactOptional(),
  viewDefinition: maybeText,
  activity: activity.nullable(),
});

const rawStatistics = z.object({
  nullFraction: z.number(),
  widthBytes: z.number(),
  distinct: z.number(),
  slots: z.array(z.object({ kind: z.number(), operator: text, collation: text, numbers: maybeText, values: maybeText })),
});

const statisticsObject = z.object({
  ...name,
  relation: relationName,
  definition: text,
  collected: z.array(
    z.object({
      inherited: z.boolean(),
      ndistinctHex: maybeText,
      dependenciesHex: maybeText,
      mcvHex: maybeText,
      mcvTypeNames: z.record(text, text),
      mcvEnumLabels: z.record(text, text),
      expressions: z.array(rawStatistics),
    }),
  ),
});

const catalog = z.object({
  extensions: z.array(z.object({ name: text, version: text, schema: text })),
  availableExtensions: z.array(text).nullable(),
  enums: z.array(z.object({ ...name, labels: z.array(text) })),
  domains: z.array(z.object({ ...name, baseType: text, notNull: z.boolean(), default: maybeText, checks: z.array(text) })),
  composites: z.array(z.object({ ...name, attributes: z.array(z.object({ name: text, type: text })) })),
  ranges: z.array(z.object({ ...name, subtype: text, multirange: maybeText })),
  collations: z.array(z.object({ ...name, provider: z.enum(["libc", "icu", "builtin"]), locale: text, deterministic: z.boolean() })),
  functions: z.array(
    z.object({ ...name, arguments: text, definition: text, language: text, volatility: z.enum(["immutable", "stable", "volatile"]) }),
  ),
  sequences: z.array(relationName),
  relations: z.array(relation),
  statisticsObjects: z.array(statisticsObject),
});

const server = z.object({
  versionNumber: z.number(),
  major: z.number(),
  database: text,
  databaseBytes: maybeNumber,
  encoding: text,
  collation: text,
  characterType: text,
  localeProvider: text,
  standby: z.boolean(),
  managedBy: maybeText.exactOptional(),
  systemIdentifier: maybeText,
  countingSince: maybeText,
});

const run = z.object({
  sql: text,
  parameters: z.record(z.string(), maybeText),
  durationMs: maybeNumber,
  // Written by us from a plan that was read; its fields are used for words alone.
  plan: z.custom<Plan>((value) => typeof value === "object").nullable(),
});

const statement = z.object({
  queryId: maybeText,
  sql: text,
  calls: z.number(),
  totalExecTimeMs: z.number(),
  rows: maybeNumber,
  sharedBlocksRead: maybeNumber,
  sharedBlocksHit: maybeNumber,
  tempBlocksWritten: maybeNumber,
  jitTimeMs: maybeNumber.exactOptional(),
  squaresMs2: maybeNumber.exactOptional(),
  countingSince: maybeText,
  place: maybeText,
  runs: z.array(run).exactOptional(),
});

const gap = z.object({
  area: z.enum(["statements", "statistics", "extended-statistics", "catalog", "sizes", "activity", "settings", "ends", "shadow", "server"]),
  what: text,
  why: text,
  remedy: maybeText,
});

export const snapshotSchema: z.ZodType<Snapshot> = z.object({
  schemaVersion: z.literal(1),
  collectedAt: z.iso.datetime(),
  origin: z.enum(["live", "schema-file", "demo"]),
  server,
  settings: z.array(z.object({ name: text, value: text, unit: maybeText })),
  catalog,
  statements: z.array(statement),
  gaps: z.array(gap),
  valuesRedacted: z.boolean(),
  // Exact optionality: absent or there, never undefined.
  rowSamples: z.array(z.object({ ...name, rows: z.array(text) })).exactOptional(),
  health: healthSchema.exactOptional(),
});
