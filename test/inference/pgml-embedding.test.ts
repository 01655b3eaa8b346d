import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { openPgmlEmbedding } from "../../src/inference/pgml-embedding.ts";

let database: EmbeddedDatabase;
let session: SqlSession;
beforeAll(async () => {
  database = await bootEmbedded();
  // PostgresML's own needs Python in the server: this has its signature.
  await database.run(`create schema pgml;
    create function pgml.embed(transformer text, "text" text, kwargs jsonb default '{}') returns real[] language plpgsql as $$
    begin
      if transformer = 'absent' then raise exception 'no such model'; end if;
      if transformer = 'uneven' and "text" <> 'select' then return array[1]; end if;
      return array[length("text"), ascii("text"), 1];
    end $$`);
  // Closing a model closes its session; the database goes on for the next test.
  session = { query: (sql, parameters) => database.session.query(sql, parameters), close: () => Promise.resolve() };
});
afterAll(() => database.close());

describe("PostgresML", () => {
  test("gives one vector of length 1 for each text, in the order given", async () => {
    const model = await openPgmlEmbedding(session, "some/model");
    const texts = Array.from({ length: 70 }, (_, at) => "x".repeat(at + 1));
    const vectors = await model.embed(texts);
    expect(model.dimensions).toBe(3);
    expect(vectors).toHaveLength(70);
    for (const [at, vector] of vectors.entries()) {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      expect(vector[0]! / vector[2]!).toBeCloseTo(at + 1, 2);
    }
  });

  test("a text is data, whatever is in it", async () => {
    const model = await openPgmlEmbedding(session, "some/model");
    expect(await model.embed(["'); drop schema pgml cascade; --", '{"a": "b\\u0041"}', "a,b}"])).toHaveLength(3);
    expect(await database.scalar("select count(*)::int from pg_namespace where nspname = 'pgml'")).toBe(1);
  });

  test("a model that it has not, and vectors of other dimensions, are refused", async () => {
    await expect(openPgmlEmbedding(session, "absent")).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("P0001"),
    });
    const uneven = await openPgmlEmbedding(session, "uneven");
    await expect(uneven.embed(["other"])).rejects.toMatchObject({ message: expect.stringContaining("1 dimensions, not 3") });
  });

  test("a run that is stopped asks no more", async () => {
    const model = await openPgmlEmbedding(session, "some/model");
    await expect(model.embed(["a"], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("a database without it is refused with what to do", async () => {
    await database.run("alter schema pgml rename to elsewhere");
    await expect(openPgmlEmbedding(session, "m")).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      hint: expect.stringContaining("CREATE EXTENSION pgml"),
    });
    await database.run("alter schema elsewhere rename to pgml");
  });
});
