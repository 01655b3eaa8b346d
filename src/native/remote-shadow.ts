import pg from "pg";
import { ident } from "../domain/identifier.ts";
import type { Server } from "../domain/snapshot.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import type { NativeShadow } from "./local-shadow.ts";
import { nativeDatabase } from "./native-database.ts";
import { createScratchDatabase } from "./scratch-database.ts";
import { serverFiles } from "./server-files.ts";
import { openSyncQuery } from "./sync-query.ts";

/**
 * A database of our own on a server that the user gives away for it: superuser, disposable, empty. Relations are given false lengths
 * there, so that nothing else may live on it. Dropped on close; those that a crash left are dropped too. Throws BACKEND_UNSUPPORTED
 * for a server that is not like that.
 */
export async function openRemoteShadow(url: string, server: Server): Promise<NativeShadow> {
  const keeper = await connect(url, null);
  try {
    await checkDisposable(keeper, server);
    await dropAbandoned(keeper);
    const session = { query: async (sql: string) => (await keeper.query(sql)).rows, close: async () => {} };
    const made = await createScratchDatabase(session, server);
    const client = await connect(url, made.name);
    const reader = await openSyncQuery({ ...configOf(withDatabase(url, made.name)) });
    const close = async () => {
      await reader.close();
      await client.end().catch(() => undefined);
      await keeper.query(`drop database if exists ${ident(made.name)} with (force)`);
      await keeper.end();
    };
    return { database: await nativeDatabase(client, serverFiles(client, reader), close), difference: made.difference };
  } catch (error) {
    await keeper.end().catch(() => undefined);
    throw error;
  }
}

function configOf(url: string): pg.ClientConfig {
  return { connectionString: url, application_name: "plansmith shadow" };
}

async function connect(url: string, database: string | null): Promise<pg.Client> {
  const client = new pg.Client(configOf(database === null ? url : withDatabase(url, database)));
  client.on("error", () => undefined); // told by the next query
  try {
    await client.connect();
  } catch (cause) {
    throw new AdvisorError("CONNECTION_FAILED", "Cannot connect to the server of --shadow-url.", {
      hint: "Check host, port and password.",
      cause,
    });
  }
  return client;
}

/** The driver lets the database of a connection string win over one given beside it. */
function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

async function checkDisposable(client: pg.Client, production: Server): Promise<void> {
  const facts = (
    await client.query<{
      superuser: boolean;
      id: string;
      tables: number;
      databases: string[];
      checksums: string;
      blocks: string;
      standby: boolean;
    }>(
      `select (select rolsuper from pg_roles where rolname = current_user) as superuser,
              (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema') as tables,
              array(select datname::text from pg_database
                    where not datistemplate and datname not in ('postgres', current_database()) and datname !~ '^plansmith_shadow_' order by 1) as databases,
              current_setting('data_checksums') as checksums, current_setting('block_size') as blocks, pg_is_in_recovery() as standby`,
    )
  ).rows[0]!;
  if (!facts.superuser) throw refused("its role is not a superuser", "Give a superuser of a disposable server.");
  if (facts.standby) throw refused("it is a standby", "Give a fresh server: docker run -e POSTGRES_HOST_AUTH_METHOD=trust postgres");
  const identifier = (await client.query<{ id: string }>("select system_identifier::text as id from pg_control_system()")).rows[0]!.id;
  if (identifier === production.systemIdentifier)
    throw refused("it is production, or a backup of it (equal system identifier)", "Give a fresh server.");
  const inside = [...(facts.tables > 0 ? [`${facts.tables} tables`] : []), ...facts.databases.map((name) => `database "${name}"`)];
  if (inside.length > 0) throw refused(`it is in use: it holds ${inside.join(", ")}`, "Give a fresh server that holds nothing.");
  if (facts.checksums === "on")
    throw refused(
      "its pages carry checksums, which false lengths break",
      "Make it with initdb --no-data-checksums (docker: POSTGRES_INITDB_ARGS).",
    );
  if (facts.blocks !== "8192")
    throw refused(`its blocks are of ${facts.blocks} bytes`, "Give a server with the default block size of 8192.");
}

function refused(why: string, hint: string): AdvisorError {
  return new AdvisorError("BACKEND_UNSUPPORTED", `The server of --shadow-url is refused: ${why}.`, { hint });
}

/** object_in_use: another run's. */
const inUse = "55006";

async function dropAbandoned(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "select datname::text as name from pg_database where datname ~ '^plansmith_shadow_[0-9a-f]{12}$'",
  );
  for (const { name } of rows) {
    try {
      await client.query(`drop database if exists ${ident(name)}`);
    } catch (error) {
      if (sqlStateOf(error) !== inUse) throw error;
    }
  }
}
