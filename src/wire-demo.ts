import type { LiveOptions } from "./collect/live-source.ts";
import type { Measurer } from "./contract/measurer.ts";
import type { SnapshotSource } from "./contract/snapshot-source.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import type { EmbeddedDatabase } from "./embedded/embedded-database.ts";
import { AdvisorError } from "./errors.ts";

/** The demo's database: made when it is first read, and kept so that what is recommended can be run in it. */
export interface OpenDemo {
  readonly source: SnapshotSource;
  openMeasurer(snapshot: Snapshot): Promise<Measurer>;
  close(): Promise<void>;
}

export function openDemo(reading: LiveOptions, cache: { readonly cacheDirectory?: string | null }): OpenDemo {
  let made: EmbeddedDatabase | null = null;
  return {
    source: {
      async read(options) {
        const { bootEmbedded } = await import("./embedded/embedded-database.ts");
        const { buildDemo } = await import("./demo/build-demo.ts");
        const { liveSource } = await import("./collect/live-source.ts");
        options.onProgress?.("demo: boot PostgreSQL", 0, null);
        made = await bootEmbedded({ ...cache, collation: "icu", preload: ["pg_stat_statements"], extensions: ["hstore", "pg_trgm"] });
        const stop = () => {
          if (options.signal?.aborted) throw new AdvisorError("ABORTED", "Stopped by the user while the demo database was being made.");
        };
        await buildDemo(made, options.onProgress ?? (() => {}), stop);
        return liveSource(made.session, { ...reading, origin: "demo" }).read(options);
      },
    },
    async openMeasurer(snapshot) {
      const { openOwnDatabase } = await import("./copy/own-database.ts");
      if (made === null) throw new AdvisorError("INTERNAL", "The demo database is measured before it is made.");
      return openOwnDatabase(made.session, "demo database itself", snapshot);
    },
    close: async () => made?.close(),
  };
}
