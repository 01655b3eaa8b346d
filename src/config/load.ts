import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { AdvisorError } from "../errors.ts";
import { type Config, configSchema, defaultConfig } from "./config.ts";
import { closest } from "./suggest.ts";

export const configFileName = "plansmith.config.json";

/**
 * Reads `path`, or plansmith.config.json in `cwd` when there is one, and fills in defaults.
 * Throws CONFIG_INVALID naming the file and the key, or when a file that was asked for is missing.
 */
export async function loadConfig(cwd: string, path?: string): Promise<Config> {
  const file = path === undefined ? join(cwd, configFileName) : resolve(cwd, path);
  const name = path ?? configFileName;
  const text = await readText(file, name, path === undefined);
  return text === null ? defaultConfig : parseConfig(text, name);
}

/** A configuration from the text of a file; `name` is what messages call it. */
export function parseConfig(text: string, name: string): Config {
  const parsed = configSchema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues[0]!, name);
}

async function readText(file: string, name: string, mayBeMissing: boolean): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code; // readFile rejects with a system error
    if (mayBeMissing && code === "ENOENT") return null;
    throw new AdvisorError("CONFIG_INVALID", `Cannot read configuration file "${name}" (${code ?? "unknown error"}).`, {
      hint: "Name an existing, readable JSON file with --config, or leave the flag out.",
      cause,
    });
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new AdvisorError("CONFIG_INVALID", `"${name}" is not valid JSON: ${(cause as SyntaxError).message}`, {
      hint: 'Write plain JSON without comments, for example { "maxIndexes": 5 }.',
      cause,
    });
  }
}

function invalid(issue: z.core.$ZodIssue, name: string): AdvisorError {
  const where = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const unknown = issue.keys[0]!;
    const known = Object.keys(configSchema.shape).filter((key) => key !== "$schema");
    const near = closest(unknown, known);
    return new AdvisorError("CONFIG_INVALID", `Unknown key "${unknown}" in ${name}.`, {
      hint: near === null ? `Known keys: ${known.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }
  const key = String(issue.path[0] ?? "");
  const doc = key in configSchema.shape ? configSchema.shape[key as keyof typeof configSchema.shape].description : undefined;
  return new AdvisorError("CONFIG_INVALID", `${where === "" ? name : `"${where}" in ${name}`} is wrong: ${reason(issue)}.`, {
    hint: doc === undefined ? "The file holds one JSON object." : `${key}: ${doc}.`,
  });
}

/** A union's own message says only "invalid input": the last alternative's says what to write. */
function reason(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return issue.message.replace(/^Invalid input: /, "");
  return issue.errors
    .flatMap((alternative) => alternative.slice(0, 1).map((each) => reason(each)))
    .filter((each, position, all) => all.indexOf(each) === position)
    .join(", or ");
}
