import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStatementsFile } from "../../src/collect/statements-file.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-statements-"));
const path = join(folder, "queries.sql");

describe("a file of statements", () => {
  let parser: SqlParser;
  beforeAll(async () => {
    parser = await openParser();
  });
  afterAll(async () => {
    await parser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const read = (text: string) => {
    writeFileSync(path, text);
    return readStatementsFile(parser, path);
  };

  test("one statement without a comment counts once, with nothing measured", async () => {
    expect((await read("select 1")).statements).toEqual([
      {
        queryId: null,
        sql: "select 1",
        calls: 1,
        totalExecTimeMs: 0,
        rows: null,
        sharedBlocksRead: null,
        sharedBlocksHit: null,
        tempBlocksWritten: null,
        countingSince: null,
        place: `${path}:1`,
      },
    ]);
  });

  test("figures stand before a statement or after it on its line, in several spellings", async () => {
    const { statements } = await read(`-- calls: 1200, mean_ms: 3.5
select 1;
/* CALLS=10 total_time=25 rows=7 */ select 2;
select 3; -- calls: 1_000
-- name: GetUser :one
-- calls: 2
-- mean_time: 1e2
select 4;
`);
    expect(statements.map(({ calls, totalExecTimeMs, rows }) => [calls, totalExecTimeMs, rows])).toEqual([
      [1200, 4200, null],
      [10, 25, 7],
      [1000, 0, null],
      [2, 200, null],
    ]);
    expect(statements.map((each) => each.place)).toEqual([`${path}:2`, `${path}:3`, `${path}:4`, `${path}:8 (GetUser)`]);
  });

  test("a word that only ends in calls is no figure, and a string is no comment", async () => {
    const { statements } = await read("-- recalls: 9\nselect 'calls: 5'");
    expect(statements[0]!.calls).toBe(1);
  });

  test("a broken statement is a failure with its line, and the others stand", async () => {
    const { statements, failures } = await read("select 1;\nselect from where;\nselect 3;");
    expect(statements.map((each) => each.sql)).toEqual(["select 1", "select 3"]);
    expect(failures).toMatchObject([{ reason: "syntax", line: 2, text: "select from where" }]);
  });

  test("a file without any usable statement is an error that points into it", async () => {
    await expect(read("-- nothing here")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("holds no statement"),
    });
    await expect(read("\n\nselect from where")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/at line 3, column \d+/),
    });
    await expect(readStatementsFile(parser, join(folder, "none.sql"))).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("CRLF and a byte-order mark change nothing", async () => {
    const { statements } = await read("\uFEFF-- calls: 3\r\nselect 1;\r\n\r\nselect 2;\r\n");
    expect(statements.map(({ sql, calls, place }) => [sql, calls, place])).toEqual([
      ["select 1", 3, `${path}:2`],
      ["select 2", 1, `${path}:4`],
    ]);
  });
});
