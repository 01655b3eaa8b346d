import { closest } from "../config/suggest.ts";
import { AdvisorError, type ErrorCode } from "../errors.ts";

/** 0 done, 1 findings at or above the threshold, 2 wrong usage, 3 could not finish. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface DescribedError {
  /** Null: nothing to say, for example after --help. */
  readonly message: string | null;
  readonly hint: string | null;
  readonly exitCode: ExitCode;
}

const commandNames = [
  "apply",
  "audit",
  "calibrate",
  "clean-copy",
  "collect",
  "compare",
  "demo",
  "doctor",
  "explain",
  "history",
  "models",
  "review",
  "mcp",
  "prove",
  "rules",
  "schedule",
  "search",
];
const wrongUsage: readonly ErrorCode[] = ["CONFIG_INVALID", "INPUT_INVALID"];

/** What to tell the user about anything a command may throw. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof AdvisorError)
    return { message: withoutSecrets(error.message), hint: error.hint, exitCode: wrongUsage.includes(error.code) ? 2 : 3 };
  if (isOclifError(error)) return describeOclif(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: `Unexpected error: ${withoutSecrets(message)}`,
    hint: "This is a bug in Plansmith. Run again with PLANSMITH_DEBUG=1 and report what it prints.",
    exitCode: 3,
  };
}

/** Message and hint on stderr; the stack only under PLANSMITH_DEBUG. */
export function printError(error: unknown, described: DescribedError): void {
  if (described.message !== null) process.stderr.write(`plansmith: ${described.message}\n`);
  if (described.hint !== null) process.stderr.write(`hint: ${described.hint}\n`);
  if (process.env.PLANSMITH_DEBUG && described.message !== null) process.stderr.write(`${stackOf(error)}\n`);
}

/** Ends the process once everything printed is out: open workers must not keep it alive. */
export async function exitWith(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    if (!stream.destroyed && stream.writable) await new Promise<void>((done) => stream.write("", () => done()));
  process.exit(code);
}

/** What oclif's errors have in common; its classes are not all exported. */
interface OclifError extends Error {
  readonly oclif: { readonly exit?: number };
  readonly code?: string;
  readonly flags?: unknown;
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

function isOclifError(error: unknown): error is OclifError {
  return error instanceof Error && "oclif" in error && typeof error.oclif === "object" && error.oclif !== null;
}

function describeOclif(error: OclifError): DescribedError {
  // this.exit(), --help and --version end with an error that has nothing to say.
  if (error.code === "EEXIT") return { message: null, hint: null, exitCode: error.oclif.exit === 0 ? 0 : 2 };
  const unknownCommand = /^command (.+) not found$/.exec(error.message)?.[1];
  if (unknownCommand !== undefined)
    return unknown(`command "${unknownCommand.replaceAll(":", " ")}"`, closest(unknownCommand, commandNames), "plansmith --help");
  if (Array.isArray(error.flags) && typeof error.flags[0] === "string") {
    const near = closest(error.flags[0].replace(/^--?/, ""), Object.keys(error.parse?.input?.flags ?? {}));
    return unknown(`flag ${error.flags[0]}`, near === null ? null : `--${near}`, "plansmith COMMAND --help");
  }
  const message = error.message
    .replace(/\s*See more help with --help\s*$/, "")
    .replace(/^The following errors? occurred:\s*/, "")
    .replace(/^(Missing required flag) /, "$1 --")
    .replaceAll(/\s*\n\s*/g, " ");
  return { message: withoutSecrets(message), hint: "Run with --help to see the flags and arguments.", exitCode: 2 };
}

function unknown(what: string, near: string | null, help: string): DescribedError {
  return { message: `Unknown ${what}.`, hint: near === null ? `Run: ${help}` : `Did you mean ${near}?`, exitCode: 2 };
}

/** The password of a connection URL, and of one in `key=value` form. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/(\b\w+:\/\/[^\s:/@]*):[^\s@]*@/g, "$1:***@").replaceAll(/\bpassword=('[^']*'|\S+)/gi, "password=***");
}

function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let current: unknown = error; current instanceof Error; current = current.cause) lines.push(current.stack ?? current.message);
  return withoutSecrets(lines.join("\ncaused by: "));
}
