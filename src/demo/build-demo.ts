import type { OnProgress } from "../contract/progress.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { substituteParameters } from "../syntax/parameters.ts";
import { platformRows, platformSchema } from "./platform-schema.ts";
import { platformWorkload } from "./platform-workload.ts";

/**
 * Makes the demo database in an embedded PostgreSQL that preloads pg_stat_statements, and runs its workload, so
 * that the audit reads it as it would read a server. `stop` is asked between statements and throws to end early.
 */
export async function buildDemo(database: EmbeddedDatabase, onProgress: OnProgress, stop: () => void): Promise<void> {
  await database.run(platformSchema);
  for (const [position, { table, sql }] of platformRows.entries()) {
    stop();
    onProgress(`demo: fill ${table}`, position, platformRows.length);
    await database.run(sql);
  }
  onProgress("demo: vacuum and analyze", 0, null);
  await database.run("vacuum analyze");
  // Filling the tables is not what the application writes.
  await database.run("select pg_stat_reset()");
  await database.run("create extension pg_stat_statements; select pg_stat_statements_reset()");
  for (const [position, { sql, calls, bind }] of platformWorkload.entries()) {
    onProgress("demo: run the workload", position, platformWorkload.length);
    for (let call = 0; call < calls; call++) {
      stop();
      const values = bind(call);
      await database.run(substituteParameters(sql, ({ number }) => values[number - 1] ?? null));
    }
  }
}
