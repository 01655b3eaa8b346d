import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@oclif/core";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "src/cli/commands");
const page = join(root, "docs/commands.md");

interface Flag {
  readonly char?: string;
  readonly type: string;
  readonly allowNo?: boolean;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly helpValue?: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly helpGroup?: string;
  readonly hidden?: boolean;
}
interface Argument {
  readonly description?: string;
  readonly required?: boolean;
}

async function commands(): Promise<readonly { readonly name: string; readonly command: typeof Command }[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.toSorted().map(async (file) => {
      const { default: command } = (await import(join(folder, file))) as { default: typeof Command }; // a command's file has one
      return { name: file.replace(/\.ts$/, "").replaceAll("/", " "), command };
    }),
  );
}

/** The page, from what oclif knows. */
async function text(): Promise<string> {
  const sections = (await commands()).map(section);
  return `# Commands\n\nEvery command with every option, from the code: \`UPDATE_DOCS=1 npx vitest run test/docs/commands.test.ts\` writes this page, and the same\ntest fails when it is stale. \`plansmith COMMAND --help\` prints the same.\n\n${sections.join("\n")}`;
}

function section({ name, command }: { readonly name: string; readonly command: typeof Command }): string {
  const fill = (words: string) => words.replaceAll("<%= config.bin %>", "plansmith").replaceAll("<%= command.id %>", name);
  const flags = Object.entries((command.flags ?? {}) as Record<string, Flag>).filter(([, flag]) => flag.hidden !== true);
  const args = Object.entries((command.args ?? {}) as Record<string, Argument>);
  const usage = [
    "plansmith",
    name,
    ...args.map(([arg, { required }]) => (required ? arg.toUpperCase() : `[${arg.toUpperCase()}]`)),
    ...(flags.length > 0 ? ["[flags]"] : []),
  ];
  const examples = (command.examples ?? []).map((example) => (typeof example === "string" ? example : example.command)).map(fill);
  return [
    `## ${name}`,
    "",
    `${command.summary ?? ""}.`,
    "",
    "```text",
    usage.join(" "),
    "```",
    ...(command.description === undefined ? [] : ["", fill(command.description)]),
    ...(args.length === 0
      ? []
      : [
          "",
          "| Argument | |",
          "|---|---|",
          ...args.map(([arg, { description = "" }]) => `| \`${arg.toUpperCase()}\` | ${cell(description)} |`),
        ]),
    ...(flags.length === 0
      ? []
      : ["", "| Option | |", "|---|---|", ...flags.map(([flag, facts]) => `| ${option(flag, facts)} | ${cell(words(facts))} |`)]),
    ...(examples.length === 0 ? [] : ["", "```sh", ...examples, "```"]),
    "",
  ].join("\n");
}

function option(name: string, { char, type, helpValue, options, allowNo }: Flag): string {
  const value = type === "option" ? ` ${helpValue ?? (options ? "WORD" : "VALUE")}` : "";
  return `${char === undefined ? "" : `\`-${char}\`, `}\`--${allowNo ? "[no-]" : ""}${name}${value.replaceAll("|", "\\|")}\``;
}

function words({ description = "", options, required, multiple }: Flag): string {
  const more = [
    ...(options === undefined ? [] : [`one of ${options.join(", ")}`]),
    ...(required ? ["required"] : []),
    ...(multiple && !description.includes("repeated") ? ["may be repeated"] : []),
  ];
  return more.length === 0 ? description : `${description} (${more.join("; ")})`;
}

/** What Markdown would read in a table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

describe("docs/commands.md", () => {
  test("has every command and option, as the code says them (UPDATE_DOCS=1 rewrites it)", async () => {
    const made = await text();
    if (process.env.UPDATE_DOCS) writeFileSync(page, made);
    else expect(readFileSync(page, "utf8")).toBe(made);
  });

  test("says of every option what it does", async () => {
    for (const { name, command } of await commands()) {
      expect(command.summary, name).toBeTruthy();
      for (const [flag, { description }] of Object.entries((command.flags ?? {}) as Record<string, Flag>))
        expect(description, `${name} --${flag}`).toBeTruthy();
    }
  });
});
