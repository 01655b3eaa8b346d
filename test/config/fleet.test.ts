import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expand, expandAll, secretMask } from "../../src/config/environment.ts";
import { loadFleet, parseFleet } from "../../src/config/fleet.ts";
import { fleetKeysAt } from "../../src/config/fleet-schema.ts";
import { AdvisorError } from "../../src/errors.ts";

const target = { name: "shop", url: "${PGURL_SHOP}" };
const parse = (file: unknown) => parseFleet(JSON.stringify(file), "fleet.json");
const refusal = (file: unknown) => {
  try {
    parse(file);
  } catch (error) {
    if (error instanceof AdvisorError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("was taken");
};

describe("a wrong fleet file is told by target, key and remedy", () => {
  test.each<[string, object, RegExp, RegExp]>([
    ["no targets", {}, /^targets of fleet\.json is missing/, /fleets\.md/],
    ["an empty list of targets", { targets: [] }, /^targets of fleet\.json is wrong/, /fleets\.md/],
    ["an unknown key", { tragets: [target] }, /^Unknown key "tragets" in fleet\.json/, /Did you mean "targets"/],
    [
      "an unknown key of a target",
      { targets: [target, { ...target, name: "crm", chron: "@daily" }] },
      /^Unknown key "chron" in targets\[1\] \("crm"\) of fleet\.json/,
      /Did you mean "cron"/,
    ],
    [
      "an unknown key of the audit",
      { targets: [{ ...target, audit: { maxIndex: 3 } }] },
      /"maxIndex" in targets\[0\] \("shop"\)\.audit/,
      /maxIndexes/,
    ],
    [
      "an unknown key of a place",
      { targets: [{ ...target, deliver: [{ to: "webhook", url: "x", playload: "json" }] }] },
      /"playload" in targets\[0\] \("shop"\)\.deliver\[0\]/,
      /payload/,
    ],
    ["an unknown place", { targets: [{ ...target, deliver: [{ to: "pigeon" }] }] }, /deliver\[0\]\.to.*wrong/, /./],
    [
      "a cron expression of four fields",
      { targets: [{ ...target, cron: "0 3 * *" }] },
      /\("shop"\)\.cron of fleet\.json.*five cron fields/,
      /./,
    ],
    ["one with seconds", { targets: [{ ...target, cron: "0 0 3 * * *" }] }, /five cron fields/, /./],
    ["a day that never comes", { targets: [{ ...target, cron: "0 3 31 2 *" }] }, /never does/, /./],
    ["a time zone that is none", { defaults: { timeZone: "Berlin" }, targets: [target] }, /defaults\.timeZone.*Europe\/Berlin/, /./],
    ["a duration without a unit's name", { targets: [{ ...target, timeout: "5 parsecs" }] }, /timeout.*5min/, /./],
    ["a name that is a path", { targets: [{ ...target, name: "../shop" }] }, /name of fleet\.json.*letters/, /./],
    ["a URL of another kind", { targets: [{ ...target, url: "mysql://db/shop" }] }, /url of fleet\.json.*postgres:\/\//, /./],
    ["two targets of a name", { targets: [target, { ...target, name: "SHOP" }] }, /Two targets.*"SHOP"/, /own name/],
    [
      "one place twice",
      { targets: [{ ...target, deliver: [{ to: "stdout" }, { to: "stdout" }] }] },
      /delivers twice to the same place/,
      /Leave one/,
    ],
    [
      "a placeholder that there is not",
      { targets: [{ ...target, deliver: [{ to: "file", path: "{day}.md" }] }] },
      /no \{day\}.*\{date\}/,
      /./,
    ],
    [
      "a command that is a text",
      { targets: [{ ...target, deliver: [{ to: "command", command: "rm -rf /" }] }] },
      /command.*expected array/,
      /./,
    ],
    [
      "a password of a database",
      { targets: [{ ...target, url: "postgres://u:hunter2@db/x" }] },
      /"url" of target "shop".*password/,
      /environment/,
    ],
    ["a password in a query", { targets: [{ ...target, url: "postgres://u@db/x?password=hunter2" }] }, /holds a password/, /environment/],
    [
      "a password of a mail server",
      { targets: [{ ...target, deliver: [{ to: "email", smtp: "smtp://u:hunter2@mail", from: "a@b", recipients: ["c@d"] }] }] },
      /"smtp" of target "shop".*password/,
      /environment/,
    ],
    ["a password of the store", { store: "postgres://u:hunter2@db/x", targets: [target] }, /"store".*password/, /environment/],
  ])("%s", (_, file, message, hint) => {
    const said = refusal(file);
    expect(said.code).toBe("CONFIG_INVALID");
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(`${said.message}${said.hint}`).not.toContain("hunter2");
  });

  test("what is no JSON, no file, or YAML", async () => {
    expect(() => parseFleet("targets:\n  - name: shop", "fleet.json")).toThrow(/not valid JSON/);
    await expect(loadFleet("/no/such/fleet.json")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("ENOENT"),
    });
    await expect(loadFleet("fleet.yaml")).rejects.toMatchObject({
      message: expect.stringContaining("YAML"),
      hint: expect.stringContaining("yq"),
    });
  });
});

describe("a target", () => {
  test("takes from the defaults what it leaves out, and from the configuration's defaults what those leave out", () => {
    const { targets } = parse({
      defaults: { cron: "0 4 * * *", timeZone: "Europe/Berlin", audit: { top: 50, goal: "smallest" }, deliver: [{ to: "stdout" }] },
      targets: [
        { ...target, audit: { top: 7 } },
        { ...target, name: "crm", cron: "@weekly", deliver: [], timeout: "5min", retries: 0 },
      ],
    });
    expect(targets[0]).toMatchObject({
      cron: "0 4 * * *",
      timeZone: "Europe/Berlin",
      timeoutMs: 1_800_000,
      retries: 2,
      missed: "once",
      config: { top: 7, goal: "smallest", minCalls: 1, maxIndexes: 10 },
    });
    expect(targets[0]!.destinations).toMatchObject([{ destination: { to: "stdout", format: "terminal", always: false } }]);
    expect(targets[1]).toMatchObject({ cron: "@weekly", timeoutMs: 300_000, retries: 0, destinations: [], config: { top: 50 } });
  });

  test("keeps the key of a place while the place stays the same, and the secret out of it", () => {
    const keyOf = (url: string) => parse({ targets: [{ ...target, deliver: [{ to: "webhook", url }] }] }).targets[0]!.destinations[0]!.key;
    expect(keyOf("${SLACK}")).toBe(keyOf("${SLACK}"));
    expect(keyOf("${SLACK}")).not.toBe(keyOf("${OTHER}"));
    expect(keyOf("${SLACK}")).toMatch(/^webhook-[0-9a-f]{12}$/);
  });

  test("the variables of a file are those it names", () => {
    const { variables } = parse({ store: "${STORE}", targets: [{ ...target, deliver: [{ to: "webhook", url: "${SLACK}" }] }] });
    expect(variables).toEqual(["PGURL_SHOP", "SLACK", "STORE"]);
  });
});

describe("the environment", () => {
  const environment = {
    URL: "postgres://u:p%40ss!word@db/x",
    SLACK: "https://hooks.example/services/T0/B0/abcdef",
    EMPTY: "",
    PORT: "99",
  };
  test("fills every text of a value, however deep, and names what is not set", () => {
    expect(expandAll({ a: ["x${PORT}", { b: "${PORT}" }], n: 1 }, environment, "here")).toEqual({ a: ["x99", { b: "99" }], n: 1 });
    expect(() => expand("${NOPE}", environment, 'Target "shop"')).toThrow('Target "shop": the environment variable NOPE is not set.');
    expect(() => expand("${EMPTY}", environment, "x")).toThrow("EMPTY is empty");
  });

  test("what is masked: values, passwords as they are written and as they are meant, paths of webhooks, passwords of any URL", () => {
    const mask = secretMask(["URL", "SLACK", "PORT"], environment);
    expect(mask("at postgres://u:p%40ss!word@db/x")).not.toContain("ss!word");
    expect(mask("password p@ss!word was refused")).toBe("password *** was refused");
    expect(mask("POST /services/T0/B0/abcdef failed")).toBe("POST *** failed");
    expect(mask("postgres://someone:else@db/y")).toBe("postgres://someone:***@db/y");
    expect(mask("port 99 is short and stays")).toBe("port 99 is short and stays");
  });
});

test("the example of docs/fleets.md is a fleet", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/fleets.md"), "utf8");
  const [, example] = /```json\n(\{[\s\S]*?\n\})\n```/.exec(page)!;
  const fleet = parseFleet(example!, "docs/fleets.md");
  expect(fleet.targets.length).toBeGreaterThan(1);
  expect(new Set(fleet.targets.flatMap((each) => each.destinations.map(({ destination }) => destination.to)))).toEqual(
    new Set(["file", "webhook", "email", "command", "stdout"]),
  );
});

test("docs/fleets.md names every key of a fleet file", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/fleets.md"), "utf8");
  const places = ["file", "stdout", "webhook", "email", "command"].map((to) => fleetKeysAt(["targets", 0, "deliver", 0], to)!);
  const all = [fleetKeysAt([], undefined)!, fleetKeysAt(["targets", 0], undefined)!, ...places].flat();
  for (const key of all) expect(page).toContain(`\`${key}\``);
});
