import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settings } from "@oclif/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import Schedule from "../../src/cli/commands/schedule.ts";
import { describeError } from "../../src/cli/errors.ts";

settings.enableAutoTranspile = false;
const root = join(import.meta.dirname, "../..");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-schedule-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fleet(content: object): Promise<string> {
  const path = join(folder, `fleet-${++files}.json`);
  await writeFile(path, JSON.stringify({ state: join(folder, "state"), ...content }));
  return path;
}
const shop = { name: "shop", url: "${PLANSMITH_TEST_SHOP}" };

async function ended(argv: readonly string[]) {
  try {
    await Schedule.run([...argv], root);
  } catch (error) {
    return describeError(error);
  }
  throw new Error("ran to the end");
}

describe("wrong usage of schedule ends with 2, a message and a hint, before any run", () => {
  test.each<[string, object | null, readonly string[], RegExp, RegExp]>([
    ["no fleet file", null, [], /Missing required flag --config/, /--help/],
    ["a file that is not there", null, ["--config", "no-such.json"], /no-such\.json.*ENOENT/, /fleets\.md/],
    ["an unknown flag", { targets: [shop] }, ["--onse"], /Unknown flag --onse/, /--once/],
    ["a log in no known form", { targets: [shop] }, ["--log", "xml"], /text, json/, /--help/],
    ["a grace that is none", { targets: [shop] }, ["--grace", "soon"], /--grace "soon" is not a duration/, /Example/],
    ["a variable that is not set", { targets: [shop] }, [], /Target "shop".*PLANSMITH_TEST_SHOP is not set/, /export/],
    [
      "a place whose variable is not set",
      { targets: [{ name: "shop", url: "postgres://db/x", deliver: [{ to: "webhook", url: "${PLANSMITH_TEST_HOOK}" }] }] },
      [],
      /Target "shop", deliver to webhook.*PLANSMITH_TEST_HOOK is not set/,
      /export/,
    ],
    ["a variable that holds no URL", { targets: [{ name: "shop", url: "${HOME}" }] }, [], /"url" is no connection URL/, /postgres:\/\//],
    [
      "a queue that is no URL",
      { targets: [{ ...shop, url: "postgres://db/x" }] },
      ["--queue-url", "redis://u:s3cret@q"],
      /--queue-url is not a connection URL/,
      /Example/,
    ],
    [
      "a rule's option that there is not",
      { targets: [{ ...shop, url: "postgres://db/x", audit: { rules: { "index/btree-for-filter": { nope: 1 } } } }] },
      [],
      /Unknown option "nope"/,
      /./,
    ],
    [
      "a log of the server that is not there",
      { targets: [{ ...shop, url: "postgres://db/x", audit: { log: ["no.log"] } }] },
      [],
      /--log "no\.log".*no such file/,
      /./,
    ],
    [
      "budgets that exclude each other",
      { targets: [{ ...shop, url: "postgres://db/x", audit: { includeSchemas: ["a"], excludeSchemas: ["a"] } }] },
      [],
      /both included and excluded/,
      /./,
    ],
  ])("%s", async (_, content, flags, message, hint) => {
    const said = await ended([...(content === null ? [] : ["--config", await fleet(content)]), ...flags]);
    expect(said.exitCode).toBe(2);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(`${said.message}${said.hint}`).not.toContain("s3cret");
  });

  test("a queue that is not reached ends with 3, without its password", async () => {
    const config = await fleet({ targets: [{ ...shop, url: "postgres://db/x" }] });
    const said = await ended(["--config", config, "--queue-url", "postgres://me:s3cret@127.0.0.1:1/jobs"]);
    expect(said).toMatchObject({ exitCode: 3, message: "No PostgreSQL server answers at 127.0.0.1:1." });
  });
});

test("a dry run prints the next five times of each target and the variables that are missing, and needs none of them", async () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const config = await fleet({
      targets: [
        { ...shop, cron: "30 2 * * *", timeZone: "Europe/Berlin" },
        { name: "crm", url: "postgres://db/crm" },
      ],
    });
    expect(await Schedule.run(["--config", config, "--dry-run"], root)).toBe(0);
  } finally {
    spy.mockRestore();
  }
  const text = written.join("");
  expect(text).toContain("shop: 30 2 * * * Europe/Berlin; delivers to the store alone");
  expect(text.match(/^ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z/gm)).toHaveLength(10);
  expect(text).toContain("Not set here: PLANSMITH_TEST_SHOP.");
});
