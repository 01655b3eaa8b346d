import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ident, objectName } from "../../src/domain/identifier.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded();
});
afterAll(() => database.close());

const name = fc.string({ unit: fc.constantFrom("a", "b", "_", "é", "語"), minLength: 1, maxLength: 70 }).map((text) => {
  let cut = text;
  while (Buffer.byteLength(cut) > 63) cut = [...cut].slice(0, -1).join("");
  return cut;
});

test("an index without a name gets from PostgreSQL the name that we give it", async () => {
  await fc.assert(
    fc.asyncProperty(name, name, async (table, column) => {
      await database.run(`create table ${ident(table)} (${ident(column)} int); create index on ${ident(table)} (${ident(column)})`);
      const [made] = await database.session.query<{ relname: string }>(
        "select relname from pg_class where relkind = 'i' and relname !~ '^pg_'",
      );
      await database.run(`drop table ${ident(table)}`);
      expect(made?.relname).toBe(objectName(table, column, "idx"));
    }),
    { numRuns: 60 },
  );
});

test("a name of any parts is at most 63 bytes and ends with its label", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
      const made = objectName(...parts, "not_null");
      expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
      expect(made.endsWith("not_null")).toBe(true);
    }),
  );
});
