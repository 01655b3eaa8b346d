import type { SnapshotSource } from "../contract/snapshot-source.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Catalog } from "../domain/catalog.ts";
import type { Snapshot, StatementStats } from "../domain/snapshot.ts";
import { buildRelations } from "./build-catalog.ts";
import { endsTargets } from "./ends-targets.ts";
import { noteGaps } from "./note-gaps.ts";
import { readColumns } from "./read-columns.ts";
import { readConstraints } from "./read-constraints.ts";
import { readEnds } from "./read-ends.ts";
import { readStatisticsObjects } from "./read-extended-statistics.ts";
import { readHealth } from "./read-health.ts";
import { type IndexColumnRow, readIndexColumns, readIndexes } from "./read-indexes.ts";
import { readNamespaces, type Scope } from "./read-namespaces.ts";
import { readAvailableExtensions, readExtensions, readFunctions, readSequences } from "./read-objects.ts";
import { readRelations, readViewDefinitions } from "./read-relations.ts";
import { readServer, readSettings, type ServerFacts } from "./read-server.ts";
import { readSizes } from "./read-sizes.ts";
import { readStatements } from "./read-statements.ts";
import { readStatistics } from "./read-statistics.ts";
import { readCollations, readComposites, readDomains, readEnums, readRanges } from "./read-types.ts";
import { inReading, type Reading } from "./reading.ts";
import { redactValues } from "./redact-values.ts";
import { sampleRows } from "./sample-rows.ts";

export interface LiveOptions {
  /** Statements with the most execution time that are read. */
  readonly top: number;
  readonly minCalls: number;
  /** Empty = every user schema. */
  readonly includeSchemas: readonly string[];
  readonly excludeSchemas: readonly string[];
  /** Read the smallest and largest value of indexed columns: row content, so the caller decides. */
  readonly readEnds: boolean;
  /** Read a few thousand rows of each table: row content, so the caller decides. */
  readonly sampleRows?: boolean;
  readonly origin?: Snapshot["origin"];
  readonly now: Date;
  /** The workload when it comes from a file; null or absent = pg_stat_statements. */
  readonly statements?: readonly StatementStats[] | null;
  /** Leave out every value that statistics and statements hold. */
  readonly redactValues: boolean;
}

/** Parts a progress display counts. */
const steps = 6;

/**
 * Reads a server in one read-only transaction of fewer than 50 statements, and one for each table whose rows are sampled. What the role may not read becomes a gap
 * with the grant that mends it.
 */
export function liveSource(session: SqlSession, options: LiveOptions): SnapshotSource {
  return {
    async read({ signal, onProgress }) {
      const step = (done: number) => onProgress?.("collect", done, steps);
      const snapshot = await inReading(session, { signal }, async (reading) => {
        step(0);
        const facts = await readServer(reading);
        const settings = await readSettings(reading);
        await reading.configure(readingSettings);
        const scope = await readNamespaces(reading, options);
        // Before the search_path changes: keys and predicates read as the workload's statements do.
        const indexColumns = await readIndexColumns(reading, scope.chosen);
        await reading.configure({ search_path: "pg_catalog" });
        step(1);
        const catalog = await readCatalog(reading, { facts, scope, indexColumns, options, step });
        const extension = catalog.extensions.find((each) => each.name === "pg_stat_statements") ?? null;
        const statements = options.statements ?? (await readStatements(reading, extension, options, facts.role));
        const ours = options.origin === "demo";
        const request = { schemas: scope.chosen, versionNumber: facts.server.versionNumber, role: facts.role, extension, ours };
        // Of a schema on paper the server that runs it tells nothing.
        const health = options.origin === "schema-file" ? null : await readHealth(reading, request);
        step(steps);
        const wantsRows = options.sampleRows === true && !options.redactValues;
        const found: Snapshot = {
          schemaVersion: 1,
          collectedAt: options.now.toISOString(),
          origin: options.origin ?? "live",
          server: facts.server,
          settings,
          catalog,
          statements,
          gaps: reading.gaps,
          valuesRedacted: false,
          ...(health === null ? {} : { health }),
          ...(wantsRows ? { rowSamples: await sampleRows(reading, catalog.relations) } : {}),
        };
        return found;
      });
      return options.redactValues ? redactValues(snapshot) : snapshot;
    },
  };
}

/**
 * As pg_dump does, so that values read the same on every server; with pg_catalog alone on the path every definition names its
 * schemas. Compiling our many short queries would cost the server more than running them.
 * https://www.postgresql.org/docs/current/app-pgdump.html
 */
const readingSettings = {
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  quote_all_identifiers: "off",
  jit: "off",
};

interface CatalogRequest {
  readonly facts: ServerFacts;
  readonly scope: Scope;
  readonly indexColumns: readonly IndexColumnRow[];
  readonly options: LiveOptions;
  readonly step: (done: number) => void;
}

async function readCatalog(reading: Reading, { facts, scope, indexColumns, options, step }: CatalogRequest): Promise<Catalog> {
  const { versionNumber } = facts.server;
  const relations = await readRelations(reading, scope.chosen);
  const columns = await readColumns(reading, scope.chosen);
  const constraints = await readConstraints(reading, scope.chosen);
  const indexes = await readIndexes(reading, scope.chosen, versionNumber);
  const viewDefinitions = await readViewDefinitions(reading, scope.chosen);
  step(2);
  const sizes = await readSizes(reading, scope.chosen);
  step(3);
  const statistics = await readStatistics(reading, { chosen: scope.chosen, names: scope.chosenNames }, { versionNumber, role: facts.role });
  step(4);
  const wantsEnds = options.readEnds && !options.redactValues;
  const ends = wantsEnds
    ? await readEnds(reading, endsTargets({ relations, indexes, indexColumns }, { countsMatter: (options.origin ?? "live") === "live" }))
    : new Map();
  step(5);
  const counted = await countersAreOn(reading);
  const parts = { relations, columns, constraints, indexes, indexColumns, viewDefinitions, sizes, statistics, ends, counted };
  const built = buildRelations({ ...parts, versionNumber, blockBytes: facts.blockBytes });
  const catalog: Catalog = {
    extensions: await readExtensions(reading),
    availableExtensions: await readAvailableExtensions(reading),
    enums: await readEnums(reading, scope.all),
    domains: await readDomains(reading, scope.all),
    composites: await readComposites(reading, scope.all),
    ranges: await readRanges(reading, scope.all, versionNumber),
    collations: await readCollations(reading, scope.all, versionNumber),
    functions: await readFunctions(reading, scope.all),
    sequences: await readSequences(reading, scope.all),
    relations: built,
    statisticsObjects: await readStatisticsObjects(reading, scope.chosen, { versionNumber, role: facts.role }),
  };
  reading.gaps.push(...noteGaps(built, statistics, facts.server, facts.role));
  return catalog;
}

async function countersAreOn(reading: Reading): Promise<boolean> {
  const [row] = await reading.query<{ counted: boolean }>("select /* plansmith */ current_setting('track_counts')::bool as counted");
  if (row?.counted) return true;
  reading.gaps.push({
    area: "activity",
    what: "scans and writes of tables and indexes",
    why: "track_counts is off",
    remedy: "ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();",
  });
  return false;
}
