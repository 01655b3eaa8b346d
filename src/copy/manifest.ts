import type { SqlSession } from "../contract/sql-session.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { AdvisorError } from "../errors.ts";

/** Schema of the list of what was made on a copy; there only while something is. */
const schema = "plansmith_copy";
/** Every index we make is called so: nothing else is ever dropped. */
export const indexPrefix = "plansmith_";
/** Key of the advisory lock: the bytes of "plansmit". */
const lockKey = "8100956956743526772";

const cleaningLockTimeoutMs = 300_000;

/** What was made on the copy, written down before it is made, so that the next run removes it after a crash. */
export interface Manifest {
  recordIndex(index: { readonly schema: string; readonly name: string }): Promise<void>;
  recordExtension(name: string): Promise<void>;
  /** Drops everything recorded, and the list. Gives what was there, in words. */
  clean(): Promise<string[]>;
}

/**
 * Takes the copy for this session and removes what an earlier run left. Throws BACKEND_UNSUPPORTED while another run holds it: the
 * lock ends with its session, so that a crashed run holds nothing.
 */
export async function openManifest(session: SqlSession): Promise<{ readonly manifest: Manifest; readonly leftovers: readonly string[] }> {
  const [lock] = await session.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockKey}) as taken`);
  if (!lock?.taken)
    throw new AdvisorError("BACKEND_UNSUPPORTED", "Another Plansmith run is measuring on this copy.", {
      hint: "Wait for it, then run again.",
    });
  const manifest: Manifest = {
    async recordIndex({ schema: own, name }) {
      await open(session);
      await session.query(`insert into ${schema}.made (kind, schema_name, name) values ('index', $1, $2) on conflict do nothing`, [
        own,
        name,
      ]);
    },
    async recordExtension(name) {
      await open(session);
      await session.query(`insert into ${schema}.made (kind, schema_name, name) values ('extension', '', $1) on conflict do nothing`, [
        name,
      ]);
    },
    clean: () => clean(session),
  };
  return { manifest, leftovers: await manifest.clean() };
}

async function open(session: SqlSession): Promise<void> {
  await session.query(`create schema if not exists ${schema}`);
  await session.query(
    `create table if not exists ${schema}.made (kind text not null, schema_name text not null, name text not null, made_at timestamptz not null default now(),
       primary key (kind, schema_name, name))`,
  );
  await session.query(
    `comment on schema ${schema} is 'What Plansmith made on this copy and has not dropped yet. Run: plansmith clean-copy'`,
  );
}

async function clean(session: SqlSession): Promise<string[]> {
  const [there] = await session.query<{ there: boolean }>(`select to_regclass('${schema}.made') is not null as there`);
  if (!there?.there) return [];
  const made = await session.query<{ kind: string; schema: string; name: string }>(
    `select kind, schema_name as schema, name from ${schema}.made order by kind desc, schema_name, name`,
  );
  // Somebody may be reading the table: waiting is better than leaving something behind.
  await session.query(`set lock_timeout = ${cleaningLockTimeoutMs}`);
  await session.query("set statement_timeout = 0");
  const dropped: string[] = [];
  for (const each of made) {
    // The list could have been written by somebody else: a name that is not ours is left alone.
    if (each.kind === "index" && each.name.startsWith(indexPrefix)) {
      await session.query(`drop index if exists ${qualified(each)}`);
      dropped.push(`index ${qualified(each)}`);
    } else if (each.kind === "extension") {
      // Without CASCADE: what somebody else has built on it since keeps it.
      await session.query(`drop extension if exists ${ident(each.name)}`);
      dropped.push(`extension ${ident(each.name)}`);
    }
  }
  await session.query(`drop schema ${schema} cascade`);
  await session.query("reset lock_timeout");
  await session.query("reset statement_timeout");
  return dropped;
}
