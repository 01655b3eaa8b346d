/** What went wrong, for programs. `cli` maps each to an exit code. */
export type ErrorCode =
  | "CONFIG_INVALID"
  | "INPUT_INVALID"
  | "CONNECTION_FAILED"
  | "PERMISSION_DENIED"
  | "EXTENSION_MISSING"
  | "DEPENDENCY_MISSING"
  | "SQL_UNPARSABLE"
  | "BACKEND_UNSUPPORTED"
  | "MODEL_UNAVAILABLE"
  | "STORE_INCOMPATIBLE"
  | "ABORTED"
  | "INTERNAL";

/** "I cannot do what you asked": what failed on which named thing, and the next command to run. */
export class AdvisorError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;

  constructor(code: ErrorCode, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AdvisorError";
    this.code = code;
    this.hint = options.hint ?? null;
  }
}

/** What failed and what to do, on one line. */
export function errorLine({ message, hint }: AdvisorError): string {
  return hint === null ? message : `${message} ${hint}`;
}

/** The server's SQLSTATE, which PGlite and `pg` both put in `code`; null for any other error, which is ours to rethrow. */
export function sqlStateOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
