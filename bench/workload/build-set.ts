import type { SqlSession } from "../../src/contract/sql-session.ts";

/** An index that was built: its name, or those of its parts on partitions. */
export interface BuiltIndex {
  readonly ddl: string;
  readonly names: readonly string[];
  readonly bytes: number;
}

/**
 * Really builds a set. The tables keep their statistics, pages and rows as ANALYZE left them before, so that sets are compared and
 * not two random samples; only new expressions are analysed.
 */
export async function buildSet(session: SqlSession, ddl: readonly string[]): Promise<readonly BuiltIndex[]> {
  await session.query("set allow_system_table_mods = on");
  await session.query(
    "create temporary table figures as select oid, relpages, reltuples, relallvisible from pg_class where relkind in ('r', 'p', 'm', 'i')",
  );
  await session.query("create temporary table kept as select * from pg_statistic");
  const built: BuiltIndex[] = [];
  for (const sql of ddl) {
    const before = await indexNames(session);
    await session.query(sql);
    const names = (await indexNames(session)).filter((name) => !before.includes(name));
    const [size] = await session.query<{ bytes: string }>(
      "select sum(pg_relation_size(oid))::text as bytes from pg_class where relname = any ($1) and relkind in ('i', 'I')",
      [names],
    );
    built.push({ ddl: sql, names, bytes: Number(size?.bytes) });
  }
  await session.query("analyze");
  await session.query("delete from pg_statistic where starelid in (select starelid from kept)");
  await session.query("insert into pg_statistic select * from kept");
  await session.query(
    "update pg_class c set relpages = f.relpages, reltuples = f.reltuples, relallvisible = f.relallvisible from figures f where f.oid = c.oid and c.relkind <> 'I'",
  );
  await session.query("drop table kept, figures");
  return built;
}

async function indexNames(session: SqlSession): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    "select relname::text as name from pg_class where relkind in ('i', 'I') and relnamespace = 'public'::regnamespace",
  );
  return rows.map(({ name }) => name);
}
