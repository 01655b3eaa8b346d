import type { PGlite, PGliteOptions } from "@electric-sql/pglite";

/** One statement text, or several in one implicit transaction; with parameters exactly one. */
export interface GuardedStep {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

/** What a step gave: values as PostgreSQL's own text. */
export type StepResult =
  | {
      readonly kind: "rows";
      /** Of the last statement; `type` is its OID. */
      readonly columns: readonly { readonly name: string; readonly type: number }[];
      readonly rows: readonly (readonly (string | null)[])[];
      /** What the server said meanwhile, at or above `client_min_messages`. */
      readonly notices?: readonly { readonly severity: string; readonly message: string }[];
    }
  | { readonly kind: "error"; readonly sqlState: string | null; readonly message: string };

export type WorkerRequest =
  | { readonly kind: "steps"; readonly steps: readonly GuardedStep[] }
  /** Rows as objects, values as PGlite reads them. */
  | { readonly kind: "query"; readonly step: GuardedStep }
  | { readonly kind: "file"; readonly path: string; readonly folder: boolean; readonly content: Uint8Array };

export type WorkerReply =
  | { readonly kind: "steps"; readonly results: readonly StepResult[] }
  | { readonly kind: "query"; readonly rows: readonly object[] }
  | { readonly kind: "error"; readonly sqlState: string | null; readonly message: string }
  | { readonly kind: "done" };

/**
 * Answers one request on a PGlite of the worker's own. Runs there as source text (guarded-database.ts), because Node 20 loads no
 * TypeScript: it may use its arguments and globals, nothing else.
 */
export async function answerGuarded(postgres: PGlite, request: WorkerRequest, parsers: PGliteOptions["parsers"]): Promise<WorkerReply> {
  const failure = (error: unknown) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return {
      kind: "error" as const,
      sqlState: /^[0-9A-Z]{5}$/.test(code) ? code : null,
      message: error instanceof Error ? error.message : String(error),
    };
  };
  async function run(step: GuardedStep): Promise<StepResult> {
    const notices: { severity: string; message: string }[] = [];
    const onNotice = (notice: { severity: string | undefined; message: string | undefined }) => {
      notices.push({ severity: notice.severity ?? "", message: notice.message ?? "" });
    };
    try {
      const results =
        step.parameters === undefined
          ? await postgres.exec(step.sql, { rowMode: "array", onNotice })
          : [await postgres.query(step.sql, [...step.parameters], { rowMode: "array" })];
      const last = results[results.length - 1];
      return {
        kind: "rows",
        columns: (last?.fields ?? []).map((field) => ({ name: field.name, type: field.dataTypeID })),
        // rowMode "array" and parsers that leave the text alone.
        rows: (last?.rows ?? []) as (string | null)[][],
        ...(notices.length > 0 ? { notices } : {}),
      };
    } catch (error) {
      return failure(error);
    }
  }

  // Null: as PostgreSQL wrote it. PGlite declares its parsers read-only and reads them at each call.
  const set = (value: unknown) => Object.assign(postgres, { parsers: value });
  if (request.kind === "file") {
    const files = postgres.Module.FS as unknown as { mkdirTree(path: string): void; writeFile(path: string, content: Uint8Array): void };
    if (request.folder) files.mkdirTree(request.path);
    else files.writeFile(request.path, request.content);
    return { kind: "done" };
  }
  if (request.kind === "query") {
    set(parsers);
    try {
      return { kind: "query", rows: (await postgres.query<object>(request.step.sql, [...(request.step.parameters ?? [])])).rows };
    } catch (error) {
      return failure(error);
    }
  }
  set(new Proxy({}, { get: () => (text: string) => text }));
  const results: StepResult[] = [];
  for (const step of request.steps) results.push(await run(step));
  return { kind: "steps", results };
}
