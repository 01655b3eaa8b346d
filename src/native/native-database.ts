import type pg from "pg";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { type HostFiles, nativeRelationFiles } from "./host-files.ts";

/** Host files whose writes wait: `flush` is called before the server is asked anything. */
export interface NativeFiles extends HostFiles {
  flush?(): Promise<void>;
}

/**
 * A server of its own process behind the interface of the embedded one, so that the same code restores into both. `close` ends
 * what was opened for it.
 */
export async function nativeDatabase(client: pg.Client, files: NativeFiles, close: () => Promise<void>): Promise<EmbeddedDatabase> {
  const send = async (sql: string, parameters?: readonly unknown[]) => {
    await files.flush?.();
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(sql, parameters === undefined ? undefined : [...parameters]);
    // Several statements give several results: only the last one's rows are asked for.
    return Array.isArray(answer) ? (answer.at(-1)?.rows ?? []) : answer.rows;
  };
  const [version] = await send("select current_setting('server_version_num')::int as number");
  const extensions = new Set((await send("select name::text from pg_available_extensions")).map((row: { name: string }) => row.name));
  let closing: Promise<void> | null = null;
  const end = () => {
    closing ??= close();
    return closing;
  };
  return {
    server: "PostgreSQL",
    versionNumber: (version as { number: number }).number,
    // The Row type is the caller's statement about its own SQL.
    session: {
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) => (await send(sql, parameters)) as Row[],
      close: end,
    },
    async run(sql, options) {
      const hear = ({ severity, message }: { severity?: string | undefined; message?: string | undefined }) =>
        options?.onNotice?.(severity ?? "", message ?? "");
      client.on("notice", hear);
      try {
        await send(sql);
      } finally {
        client.off("notice", hear);
      }
    },
    async scalar(sql) {
      const row: Record<string, unknown> | undefined = (await send(sql))[0];
      return row === undefined ? undefined : Object.values(row)[0];
    },
    provideExtension: (name) => extensions.has(name),
    files: nativeRelationFiles(files),
    close: end,
  };
}
