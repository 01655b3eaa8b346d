import pg from "pg";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Installation } from "./find-postgres.ts";
import { localFiles } from "./host-files.ts";
import { nativeDatabase } from "./native-database.ts";
import { createScratchDatabase, type ServerLocale } from "./scratch-database.ts";
import { startThrowawayCluster } from "./throwaway-cluster.ts";

/** An empty database to restore a shadow into, on a server that is not embedded. */
export interface NativeShadow {
  readonly database: EmbeddedDatabase;
  /** How its default collation differs from production's; null when it does not. */
  readonly difference: string | null;
}

/** A throwaway cluster of an installed PostgreSQL, with one empty database. Closing the database ends and erases the cluster. */
export async function openLocalShadow(installation: Installation, server: ServerLocale): Promise<NativeShadow> {
  const cluster = await startThrowawayCluster(installation);
  try {
    const made = await inDatabase(cluster.socketDirectory, "postgres", (client) =>
      createScratchDatabase({ query: async (sql) => (await client.query(sql)).rows, close: async () => {} }, server),
    );
    const client = await connect(cluster.socketDirectory, made.name);
    const database = await nativeDatabase(client, localFiles(cluster.dataDirectory, cluster.owner), async () => {
      await client.end().catch(() => undefined); // the server is about to be killed
      await cluster.stop();
    });
    return { database, difference: made.difference };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function connect(socketDirectory: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ host: socketDirectory, port: 5432, user: "postgres", database });
  client.on("error", () => undefined); // told by the next query
  await client.connect();
  return client;
}

async function inDatabase<T>(socketDirectory: string, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(socketDirectory, database);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
