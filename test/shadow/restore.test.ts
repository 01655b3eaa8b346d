import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { type RestoredShadow, restore } from "../../src/restore/restore.ts";
import { collect } from "./fidelity.ts";
import { oddSchemaMaintenance, oddSchemaSql } from "./odd-schema.ts";

let production: EmbeddedDatabase;
let snapshot: Snapshot;
let shadow: RestoredShadow;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "icu", extensions: ["hstore", "citext", "btree_gist", "vector"] });
  for (const sql of [...oddSchemaSql, ...oddSchemaMaintenance]) await production.run(sql);
  snapshot = await collect(production.session);
  shadow = await restore(snapshot);
});
afterAll(async () => {
  await production.close();
  await shadow.database.close();
});

const userSchemas = "n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'plansmith_shadow') and n.nspname !~ '^pg_temp'";
const notOfExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;

async function both(sql: string): Promise<[production: object[], shadow: object[]]> {
  const read = async (session: SqlSession) => {
    await session.query("select set_config('search_path', 'pg_catalog', false)");
    return session.query(sql);
  };
  return [await read(production.session), await read(shadow.database.session)];
}

describe("a schema of odd objects", () => {
  test("is restored without a gap", () => {
    expect(shadow.gaps).toEqual([]);
  });

  test.each([
    [
      "columns",
      `select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid) as value,
         col.collname
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum left join pg_collation col on col.oid = a.attcollation
       where ${userSchemas} and ${notOfExtension("pg_class", "c.oid")} and c.relkind in ('r', 'p', 'm', 'v') and a.attnum > 0 and not a.attisdropped order by 1, 2, a.attnum`,
    ],
    [
      "indexes",
      `select n.nspname, c.relname, pg_get_indexdef(i.indexrelid) as definition, i.indisvalid, i.indisunique, i.indisprimary, h.inhparent::regclass::text as parent
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace left join pg_inherits h on h.inhrelid = c.oid
       where ${userSchemas} order by 1, 2`,
    ],
    [
      "constraints",
      `select n.nspname, coalesce(co.conrelid::regclass::text, co.contypid::regtype::text) as owner, co.conname, pg_get_constraintdef(co.oid) as definition
       from pg_constraint co join pg_namespace n on n.oid = co.connamespace
       where ${userSchemas} and co.contype in ('p', 'u', 'x', 'c') and ${notOfExtension("pg_type", "co.contypid")} order by 1, 2, 3`,
    ],
    [
      "foreign keys",
      `select co.conrelid::regclass::text, co.conname, regexp_replace(pg_get_constraintdef(co.oid), ' NOT VALID$', '') as definition
       from pg_constraint co where co.contype = 'f' and co.conparentid = 0 order by 1, 2`,
    ],
    ["partitions and heirs", "select inhrelid::regclass::text, inhparent::regclass::text, inhseqno from pg_inherits order by 1, 3"],
    [
      "partition bounds",
      `select c.oid::regclass::text, pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(case when c.relkind = 'p' then c.oid end) as key
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${userSchemas} and c.relkind in ('r', 'p') and ${notOfExtension("pg_class", "c.oid")} order by 1`,
    ],
    [
      "views",
      `select n.nspname, c.relname, pg_get_viewdef(c.oid) as definition, case when c.relkind = 'v' then c.reloptions end as options
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${userSchemas} and c.relkind in ('v', 'm') and ${notOfExtension("pg_class", "c.oid")} order by 1, 2`,
    ],
    [
      "types",
      `select n.nspname, t.typname, t.typtype, t.typcategory, format_type(t.typbasetype, t.typtypmod) as base, t.typnotnull,
         (select array_agg(enumlabel::text order by enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels
       from pg_type t join pg_namespace n on n.oid = t.typnamespace where ${userSchemas} and ${notOfExtension("pg_type", "t.oid")}
         and not exists (select from pg_type e where e.typarray = t.oid and ${notOfExtension("pg_type", "e.oid").replace("not exists", "exists")}) order by 1, 2`,
    ],
    [
      "functions that a statement can call",
      `select n.nspname, p.proname, pg_get_functiondef(p.oid) as definition from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where ${userSchemas} and ${notOfExtension("pg_proc", "p.oid")} and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype order by 1, 2, 3`,
    ],
    ["statistics objects", "select pg_get_statisticsobjdef(oid) as definition from pg_statistic_ext order by 1"],
  ])("has production's %s", async (_, sql) => {
    const [before, after] = await both(sql);
    expect(before.length).toBeGreaterThan(1);
    expect(after).toEqual(before);
  });

  test("has production's statistics", async () => {
    const [before, after] = await both(
      `select n.nspname, c.relname, a.attnum, s.stainherit, s.stanullfrac, s.stadistinct, stanumbers1::text, stavalues1::text, stavalues2::text, stavalues3::text
       from pg_statistic s join pg_class c on c.oid = s.starelid join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = s.staattnum
       where ${userSchemas} and c.relname <> 'parts_2024' order by 1, 2, 3, 4`,
    );
    expect(before.length).toBeGreaterThan(60);
    expect(after).toEqual(before);
  });

  test("puts end rows into every analysed table", () => {
    const analysed = snapshot.catalog.relations.filter((relation) => relation.kind === "table" && (relation.rows ?? 0) >= 2);
    expect(shadow.endRows.size).toBe(analysed.length);
  });
});
