import { readFile } from "node:fs/promises";
import { AdvisorError } from "../errors.ts";
import type { Config } from "./config.ts";
import { parseConfig } from "./load.ts";

export type MachineConfig = NonNullable<Config["review"]["machine"]>;

/**
 * Text of the configuration file with `review.machine` set, everything else as it was (but laid out anew: two spaces). A file that
 * is not there is made. Throws CONFIG_INVALID for a file that is no configuration.
 */
export async function withMachine(path: string, machine: MachineConfig): Promise<string> {
  const text = await existingText(path);
  parseConfig(text, path);
  const config = JSON.parse(text.replace(/^\uFEFF/, "")) as { review?: object }; // parseConfig has seen an object in it
  return `${JSON.stringify({ ...config, review: { ...config.review, machine } }, null, 2)}\n`;
}

async function existingText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code; // readFile rejects with a system error
    if (code === "ENOENT") return "{}";
    throw new AdvisorError("CONFIG_INVALID", `Cannot read configuration file "${path}" (${code ?? "unknown error"}).`, {
      hint: "Name a readable JSON file with --config.",
      cause,
    });
  }
}
