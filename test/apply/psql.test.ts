import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlace } from "../../src/apply/place.ts";
import { formatOf, planFiles } from "../../src/apply/plan-files.ts";
import { readSteps } from "../../src/apply/read-steps.ts";
import { writeFiles } from "../../src/apply/write-files.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const server = await nativePostgres();
const psql = server?.program("psql") ?? null;
let parser: SqlParser;
let folder: string;
beforeAll(async () => {
  parser = await openParser();
  folder = mkdtempSync(join(tmpdir(), "plansmith-psql-"));
});
afterAll(async () => {
  await parser.close();
  rmSync(folder, { recursive: true });
  await server?.stop();
});

describe.skipIf(psql === null)(`plain SQL files run by psql (${server === null ? noNativePostgres : `PostgreSQL ${server.major}`})`, () => {
  const run = (path: string) => promisify(execFile)(psql!, ["-X", "-v", "ON_ERROR_STOP=1", "-d", server!.url(), "-f", path]);

  async function written(name: string, apply: readonly string[], undo: readonly string[]): Promise<{ up: string; down: string }> {
    const [steps, back] = [await readSteps(parser, apply), await readSteps(parser, undo)];
    if (steps.kind === "by-hand" || back.kind === "by-hand") throw new Error("not read");
    const item = { id: name, title: name, steps: steps.steps, undo: back.steps, cautions: [], basis: "estimated" };
    const place = await openPlace(folder);
    const files = await planFiles([item], { format: formatOf("sql"), place, now: new Date("2026-01-01"), lockTimeout: "5s", parser });
    const [up = "", down = ""] = await writeFiles(folder, files);
    return { up, down };
  }

  async function valid(index: string): Promise<boolean | null> {
    const client = new pg.Client({ connectionString: server!.url() });
    await client.connect();
    try {
      const { rows } = await client.query<{ valid: boolean }>(
        "select indisvalid as valid from pg_index where indexrelid = to_regclass($1)",
        [index],
      );
      return rows[0]?.valid ?? null;
    } finally {
      await client.end();
    }
  }

  test("an index is built, an INVALID leftover is replaced, a valid one is never dropped, and the undo takes it back", async () => {
    await server!.run("postgres", "create table t (a int, b int)", "insert into t select g, g % 5 from generate_series(1, 100) g");
    const { up, down } = await written("one", ["CREATE INDEX CONCURRENTLY t_b ON public.t (b)"], ["DROP INDEX CONCURRENTLY public.t_b"]);
    await expect(server!.run("postgres", "create unique index concurrently t_b on t (b)")).rejects.toMatchObject({ code: "23505" });
    expect(await valid("public.t_b")).toBe(false);
    await run(up);
    expect(await valid("public.t_b")).toBe(true);
    await expect(run(up)).rejects.toMatchObject({ stderr: expect.stringContaining("is there and valid") });
    expect(await valid("public.t_b")).toBe(true);
    await run(down);
    expect(await valid("public.t_b")).toBeNull();
    await run(down);
  });

  test("a partitioned table's is whole after a first attempt that broke off in the middle", async () => {
    await server!.run(
      "postgres",
      "create table p (a int, b int) partition by range (a)",
      "create table p1 partition of p for values from (0) to (10)",
      "create table p2 partition of p for values from (10) to (20)",
    );
    const steps = [
      "CREATE INDEX p_b ON ONLY public.p (b)",
      "CREATE INDEX CONCURRENTLY p1_b ON public.p1 (b)",
      "CREATE INDEX CONCURRENTLY p2_b ON public.p2 (b)",
      "ALTER INDEX public.p_b ATTACH PARTITION public.p1_b",
      "ALTER INDEX public.p_b ATTACH PARTITION public.p2_b",
    ];
    const { up, down } = await written("two", steps, ["DROP INDEX public.p_b"]);
    // The attempt before made the parent's and failed at the second partition.
    await server!.run("postgres", steps[0]!, "insert into p select g % 20, 1 from generate_series(1, 50) g");
    await expect(server!.run("postgres", "create unique index concurrently p2_b on p2 (b)")).rejects.toMatchObject({ code: "23505" });
    await run(up);
    expect(await valid("public.p_b")).toBe(true);
    await run(down);
    expect(await valid("public.p1_b")).toBeNull();
  });
});
