import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-action-"));
  const [, text = ""] = (await readFile("action.yml", "utf8")).split(/^ {6}run: \|\n/m);
  script = text.replaceAll(/^ {8}/gm, "");
  // Instead of npx: tells what it was asked, and ends as told.
  const npx = join(folder, "npx");
  await writeFile(
    npx,
    `#!/bin/sh\necho "$*" >> "${join(folder, "asked")}"\ncase "$*" in *sarif*) exit $SARIF_CODE;; esac\nexit $REVIEW_CODE\n`,
  );
  await chmod(npx, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the action's script as a runner runs `shell: bash`, and gives its exit code and what it started. */
async function run(inputs: Readonly<Record<string, string>>, codes: { readonly review: number; readonly sarif: number }) {
  await writeFile(join(folder, "asked"), "");
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value]);
  const env = {
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    REVIEW_CODE: String(codes.review),
    SARIF_CODE: String(codes.sarif),
    ...defaults,
    ...Object.fromEntries(named),
  };
  const code = await new Promise<number>((resolve) => {
    execFile("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { env }, (error) => resolve(Number(error?.code ?? 0)));
  });
  const asked = (await readFile(join(folder, "asked"), "utf8")).trim().split("\n");
  return { code, asked };
}

function repeated(line: string): string[] {
  const flags = line.split(" ").filter((word) => word.startsWith("--") && word !== "--publish");
  return flags.filter((flag, at) => flags.indexOf(flag) !== at);
}

const defaults = {
  INPUT_SNAPSHOT: "",
  INPUT_SCHEMA: "",
  INPUT_PG_VERSION: "",
  INPUT_PATHS: "",
  INPUT_RUNNER: "",
  INPUT_BASELINE: "",
  INPUT_FAIL_ON: "error",
  INPUT_COMMENT: "true",
  INPUT_COMMENT_ID: "default",
  INPUT_CHECK: "false",
  INPUT_SARIF: "",
  INPUT_VERSION: "1.2.3",
};

test("the action's inputs become flags, and none of them shell", async () => {
  const given = { SNAPSHOT: "a b.json", PATHS: "db/one\n\ndb/$(touch x)", CHECK: "true", RUNNER: "flyway", PG_VERSION: "16" };
  const { code, asked } = await run(given, { review: 0, sarif: 0 });
  expect(code).toBe(0);
  expect(asked).toEqual([
    "--yes plansmith@1.2.3 review --files github --comment-id default --snapshot a b.json --pg-version 16 --runner flyway db/one db/$(touch x) --publish github --publish github-check --fail-on error --format github",
  ]);
});

test("findings fail the job, and its SARIF is written first", async () => {
  const { code, asked } = await run({ SARIF: "out.sarif" }, { review: 1, sarif: 0 });
  expect(code).toBe(1);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatch(/--format sarif -o out\.sarif --fail-on none$/);
  // A flag that is given twice is refused.
  for (const line of asked) expect(repeated(line)).toEqual([]);
});

test("a SARIF that cannot be written fails a job that would pass, and hides no other end", async () => {
  expect((await run({ SARIF: "out.sarif" }, { review: 0, sarif: 3 })).code).not.toBe(0);
  expect((await run({ SARIF: "out.sarif" }, { review: 3, sarif: 3 })).code).toBe(3);
});

test("without comment nothing is published", async () => {
  expect((await run({ COMMENT: "false" }, { review: 0, sarif: 0 })).asked[0]).not.toContain("--publish");
});
