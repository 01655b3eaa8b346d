import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settings } from "@oclif/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Prove from "../../src/cli/commands/prove.ts";
import { describeError } from "../../src/cli/errors.ts";

settings.enableAutoTranspile = false;
const root = join(import.meta.dirname, "../..");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-prove-"));
  await file("schema.sql", "create table t (id int primary key, qty int, note text);");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** What it prints and how it ends. */
async function prove(before: string, after: string, ...flags: string[]) {
  const log = vi
    .spyOn(Prove.prototype, "log")
    .mockClear()
    .mockImplementation(() => {});
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const argv = ["--before", await file("before.sql", before), "--after", await file("after.sql", after)];
  const code = await Prove.run([...argv, "--schema", join(folder, "schema.sql"), ...flags], root);
  return { code, stdout: log.mock.calls.map(([line]) => String(line)).join("\n") };
}

describe("the verdict as JSON has every field, and the exit code says it, too", () => {
  const fields = ["verdict", "by", "assumptions", "reason", "counterExample", "tests"];
  test.each([
    ["proved", 0, "select id from t where qty + 5 > 100", "select id from t where qty > 95"],
    ["tested", 0, "select id from t where qty > 3", "select id from t where not (qty <= 3)"],
    ["different", 1, "select id from t where qty > 3", "select id from t where qty >= 3"],
    ["unsupported", 3, "select random() from t", "select random() from t"],
  ] as const)(
    "%s: %i",
    async (word, code, before, after) => {
      const ended = await prove(before, after, "--json");
      const verdict = JSON.parse(ended.stdout) as Record<string, unknown>;
      expect([verdict.verdict, ended.code]).toEqual([word, code]);
      expect(Object.keys(verdict).sort()).toEqual([...fields].sort());
    },
    60_000,
  );
});

test("the words say what was seen, and a difference comes as a script to run", async () => {
  const same = await prove("select id from t where qty > 3", "select id from t where not (qty <= 3)");
  expect(same.stdout).toMatch(/^Tested: no difference found\.[\s\S]*6 of 6 cases of their conditions and joins seen/);
  const other = await prove("select id from t where qty > 3", "select id from t where qty >= 3");
  expect(other.stdout).toMatch(/^Different\.[\s\S]*BEGIN;\nINSERT INTO[\s\S]*ROLLBACK;/);
});

test("--rows-only lets other types pass", async () => {
  const pair = ["select qty from t", "select qty::bigint from t"] as const;
  expect((await prove(...pair)).code).toBe(1);
  expect((await prove(...pair, "--rows-only")).code).toBe(0);
});

describe("wrong usage ends with 2", () => {
  const good = "select 1";
  test.each([
    ["a seed that is none", ["--seed", "x"], /seed/],
    ["a budget that is none", ["--time-budget", "soon"], /time-budget/],
    ["two sources", ["--snapshot", "x.json"], /--snapshot/],
    ["an unknown flag", ["--jsno"], /--jsno/],
  ])("%s", async (_, flags, message) => {
    const error = await prove(good, good, ...flags).then(
      () => null,
      (reason: unknown) => describeError(reason),
    );
    expect(error).toMatchObject({ exitCode: 2 });
    expect(JSON.stringify(error)).toMatch(message);
  });

  test("a statement that is not there", async () => {
    const argv = ["--before", join(folder, "nosuch.sql"), "--after", await file("after.sql", good), "--schema", join(folder, "schema.sql")];
    const error = await Prove.run(argv, root).then(
      () => null,
      (reason: unknown) => describeError(reason),
    );
    expect(error).toMatchObject({ exitCode: 2 });
    expect(JSON.stringify(error)).toMatch(/nosuch\.sql/);
  });
});
