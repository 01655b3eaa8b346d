import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { FoundFile } from "./read-migration.ts";

/** How a tool prints the SQL of a migration that is written in code. */
export interface PrintCommand {
  /** Paths it prints, from where it runs, as a regular expression whose groups are `{1}`, `{2}`, …. */
  readonly files: string;
  /** Program and arguments; `{path}` and `{1}` are replaced. No shell reads them. */
  readonly run: readonly string[];
  /** Runner of what it prints; null: by path and text. */
  readonly runner: string | null;
}

export interface PrintOptions {
  readonly cwd: string;
  /** Why commands may not run, in words; null: they may. The code of a change that is not trusted runs nothing. */
  readonly refusedBecause: string | null;
  readonly signal: AbortSignal;
}

const longestMs = 120_000;
const mostBytes = 16 * 1024 * 1024;

/** True when a command prints this file. */
export function isPrinted(path: string, commands: readonly PrintCommand[]): boolean {
  return commands.some((command) => new RegExp(command.files).test(path));
}

/** New files that a command prints get its output as their SQL; a line for each that could not be printed. One after another. */
export async function withPrinted(
  files: readonly FoundFile[],
  commands: readonly PrintCommand[],
  options: PrintOptions,
): Promise<{ readonly files: readonly FoundFile[]; readonly notices: readonly string[] }> {
  const printed: FoundFile[] = [];
  const notices: string[] = [];
  for (const file of files) {
    const command = file.isNew && file.printed === undefined ? commands.find((each) => new RegExp(each.files).test(file.path)) : undefined;
    if (!command) {
      printed.push(file);
      continue;
    }
    const output = options.refusedBecause ?? (await outputOf(command, file.path, options));
    if (typeof output === "string") {
      notices.push(`${file.path}: its SQL was not printed: ${output}`);
      printed.push(file);
    } else printed.push({ ...file, printed: { sql: output.sql, tool: command.runner } });
  }
  return { files: printed, notices };
}

/** What the command wrote to stdout, or why it gave nothing. */
async function outputOf(command: PrintCommand, path: string, { cwd, signal }: PrintOptions): Promise<{ readonly sql: string } | string> {
  const groups = new RegExp(command.files).exec(path) ?? [];
  // A path that begins like an option would be one to the program.
  if ([path, ...groups].some((part) => part?.startsWith("-"))) return "its path begins with a dash";
  const [program = "", ...given] = command.run.map((word) =>
    word.replaceAll(/\{(path|\d+)\}/g, (_, key: string) => (key === "path" ? path : (groups[Number(key)] ?? ""))),
  );
  try {
    const { stdout } = await promisify(execFile)(program, given, {
      cwd,
      signal,
      timeout: longestMs,
      maxBuffer: mostBytes,
      encoding: "utf8",
    });
    return stdout.trim() === "" ? `${program} printed nothing` : { sql: stdout };
  } catch (error) {
    if (signal.aborted) throw error;
    return reasonOf(program, error);
  }
}

/** execFile rejects with the exit code or a system error, and what the program wrote to stderr. */
function reasonOf(program: string, error: unknown): string {
  const { code, killed, stderr } = error as { code?: number | string; killed?: boolean; stderr?: string };
  if (code === "ENOENT") return `there is no program "${program}"`;
  if (killed === true) return `${program} took longer than ${longestMs / 1000} s or wrote too much`;
  const said = stderr?.trim().split("\n").at(-1)?.slice(0, 200);
  return `${program} ended with ${code ?? "an error"}${said ? `: ${said}` : ""}`;
}
