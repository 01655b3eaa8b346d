import type { Gap, Snapshot } from "../domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { AdvisorError } from "../errors.ts";
import { collationClass } from "./collation-class.ts";
import { relationPaths, restoreSizes } from "./relation-size.ts";
import { restoreExtendedStatistics } from "./restore-extended-statistics.ts";
import { restoreSchema } from "./restore-schema.ts";
import { restoreStatistics } from "./restore-statistics.ts";
import { applySettings } from "./settings.ts";

/** A database that plans as production does: its schema, statistics, lengths and settings, and no rows. */
export interface RestoredShadow {
  readonly database: EmbeddedDatabase;
  /** What could not be restored. */
  readonly gaps: readonly Gap[];
  /** `{relationKey → file}` of heaps and existing indexes. */
  readonly paths: ReadonlyMap<string, string>;
  /** `{relationKey → blocks}` now claimed. */
  readonly blocks: Map<string, number>;
  /** Keys of heaps whose first page holds the smallest and largest values. */
  readonly endRows: ReadonlySet<string>;
  /** `{relationKey → why plans that touch it deserve less trust}`. */
  readonly cautions: ReadonlyMap<string, readonly string[]>;
}

export interface RestoreOptions {
  /** Where boot templates are kept; null = nowhere. */
  readonly cacheDirectory?: string | null;
  readonly signal?: AbortSignal;
  /** An empty database to load into instead of an embedded one; closed with the shadow, also when loading fails. */
  readonly database?: EmbeddedDatabase;
}

/**
 * Boots a shadow and loads the snapshot into it: 200 tables of 20 columns and 4 indexes in about 3 s. The caller
 * closes `database`. What the embedded PostgreSQL cannot make becomes a gap; throws only when it
 * cannot boot, or ABORTED.
 */
export async function restore(snapshot: Snapshot, options: RestoreOptions = {}): Promise<RestoredShadow> {
  const { signal, database: given, ...boot } = options;
  const database = given ?? (await bootEmbedded({ ...boot, collation: collationClass(snapshot.server) }));
  try {
    return await load(database, snapshot, signal);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function load(database: EmbeddedDatabase, snapshot: Snapshot, signal: AbortSignal | undefined): Promise<RestoredShadow> {
  const { catalog } = snapshot;
  const goOn = () => {
    if (signal?.aborted === true) throw new AdvisorError("ABORTED", "Loading the shadow was interrupted.");
  };
  goOn();
  const schema = await restoreSchema(database, snapshot);
  const gaps = [...schema.gaps];
  goOn();
  gaps.push(...(await restoreStatistics(database, snapshot)));
  gaps.push(...(await restoreExtendedStatistics(database, snapshot)));
  goOn();
  const paths = await relationPaths(database);
  const blocks = await restoreSizes(database, catalog, paths);
  gaps.push(...(await applySettings(database, snapshot)));
  return { database, gaps, paths, blocks, endRows: schema.endRows, cautions: schema.cautions };
}
