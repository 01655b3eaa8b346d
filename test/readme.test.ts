import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@oclif/core";
import { describe, expect, test } from "vitest";
import { configTable } from "../src/config/config.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const commandsFolder = join(root, "src/cli/commands");

/** Lines of the README's shell blocks that run the program. */
const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block!.split("\n"))
  .map((line) => line.replace(/\s+#.*/, "").trim())
  .filter((line) => line !== "");

describe("README", () => {
  test("has a command to install and try first, and one to test second", () => {
    expect(lines[0]).toBe("npm ci && npm run demo");
    expect(lines[1]).toBe("npm test");
  });

  test(".ci/run calls the README's test command", () =>
    expect(readFileSync(join(root, ".ci/run"), "utf8")).toMatch(new RegExp(`^${lines[1]}$`, "m")));

  const programs = lines.filter((line) => line.startsWith("npx plansmith "));
  test("shows the program at work", () => expect(programs.length).toBeGreaterThan(5));

  test.each(programs)("%s names a command and flags that exist", async (line) => {
    const [, , name, ...rest] = line.split(/\s+/);
    expect(readdirSync(commandsFolder)).toContain(`${name}.ts`);
    const { default: command } = (await import(join(commandsFolder, `${name}.ts`))) as { default: typeof Command };
    const known = Object.entries(command.flags ?? {}).flatMap(([flag, { char }]) => [`--${flag}`, ...(char ? [`-${char}`] : [])]);
    for (const word of rest.filter((each) => each.startsWith("-"))) expect(known).toContain(word);
  });

  test.each(lines.filter((line) => /^npm run \S+/.test(line)))("%s is a script", (line) => {
    const scripts = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> }).scripts;
    expect(Object.keys(scripts)).toContain(/^npm run (\S+)/.exec(line)![1]);
  });

  test("every command is in the table of commands", () => {
    for (const file of readdirSync(commandsFolder)) expect(readme).toContain(`\`plansmith ${file.replace(/\.ts$/, "")}`);
  });

  test("the configuration table is the one printed from code (UPDATE_DOCS=1 rewrites it)", () => {
    const rows = configTable().map(
      (row) => `| \`${row.key}\` | ${row.default === "" ? "" : `\`${row.default}\``} | ${row.doc.replaceAll("|", "\\|")} |`,
    );
    const table = ["| Key | Default | What it does |", "|---|---|---|", ...rows].join("\n");
    const marked = /(<!-- config:begin -->\n)[\s\S]*(\n<!-- config:end -->)/;
    if (process.env.UPDATE_DOCS)
      writeFileSync(
        join(root, "README.md"),
        readme.replace(marked, (_, begin, end) => begin + table + end),
      );
    else expect(readme).toContain(`<!-- config:begin -->\n${table}\n<!-- config:end -->`);
  });
});
