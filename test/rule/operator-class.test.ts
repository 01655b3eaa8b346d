import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { btreeGinTypes, btreeGistDistanceTypes, btreeGistTypes, operatorClasses } from "../../src/rule/operator-class.ts";

/** The two that no embedded PostgreSQL has. */
const elsewhere = new Set(["postgis"]);

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded();
  const extensions = new Set(operatorClasses.map((each) => each.extension).filter((each) => each !== null && !elsewhere.has(each)));
  for (const name of [...extensions, "btree_gin", "btree_gist"]) {
    database.provideExtension(name ?? "");
    await database.run(`create extension if not exists ${name}`);
  }
});
afterAll(() => database?.close());

describe("every operator class we name is PostgreSQL's own", () => {
  const bundled = operatorClasses.filter((each) => !elsewhere.has(each.extension ?? ""));
  test.each(bundled.map((each) => [each.accessMethod, each.name, each] as const))("%s %s", async (accessMethod, name, each) => {
    const [found] = await database.session.query<{ default: boolean; type: string; operators: string[] }>(
      `select c.opcdefault as default, t.typname as type,
              array(select distinct o.oprname::text from pg_amop a join pg_operator o on o.oid = a.amopopr
                     where a.amopfamily = c.opcfamily and a.amoppurpose = 's') as operators
         from pg_opclass c join pg_am m on m.oid = c.opcmethod join pg_type t on t.oid = c.opcintype
        where m.amname = $1 and c.opcname = $2`,
      [accessMethod, name],
    );
    expect(found).toBeDefined();
    expect(found?.default).toBe(each.isDefault);
    // `~~` on SP-GiST text_ops is derived by like_support.c from the prefix operator.
    const derived = accessMethod === "spgist" ? ["~~"] : [];
    const missing = each.operators.filter((operator) => !found?.operators.includes(operator) && !derived.includes(operator));
    expect(missing).toEqual([]);
  });
});

describe.each([
  ["gin", "s", btreeGinTypes],
  ["gist", "s", btreeGistTypes],
  ["gist", "o", btreeGistDistanceTypes],
] as const)("%s with btree_gin or btree_gist", (accessMethod, purpose, types) => {
  test(`holds our scalar types (${purpose === "s" ? "=" : "<->"})`, async () => {
    const rows = await database.session.query<{ typname: string }>(
      `select distinct t.typname from pg_amop a join pg_operator o on o.oid = a.amopopr join pg_am m on m.oid = a.amopmethod
         join pg_type t on t.oid = a.amoplefttype
        where m.amname = $1 and o.oprname = $2`,
      [accessMethod, purpose === "s" ? "=" : "<->"],
    );
    const known = new Set(rows.map((row) => row.typname));
    // varchar goes by text's class, cidr by inet's: binary coercible.
    const coerced = new Set(["varchar", "cidr"]);
    expect([...types].filter((type) => !known.has(type) && !coerced.has(type))).toEqual([]);
  });
});
