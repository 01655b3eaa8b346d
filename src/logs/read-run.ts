import type { Plan } from "../domain/plan.ts";
import type { LogRecord } from "./log-record.ts";
import { type LoggedPlan, readLoggedPlan } from "./logged-plan.ts";
import { readParameters } from "./parameters.ts";

/** One execution as the log tells it. */
export interface RunRecord {
  readonly sql: string;
  /** Null where only the text was logged. */
  readonly durationMs: number | null;
  /** `{number → value as text, null for NULL}`; null when values were cut short. */
  readonly parameters: Readonly<Record<number, string | null>> | null;
  readonly plan: Plan | null;
}

/** What one message says: an execution, half of one, or nothing of use. */
export type Told =
  | { readonly kind: "run"; readonly run: RunRecord }
  /** auto_explain writes it before the same execution's duration. */
  | { readonly kind: "plan"; readonly run: RunRecord }
  /** log_statement writes it before the execution. */
  | { readonly kind: "text"; readonly run: RunRecord }
  /** The duration of what was told last in the session. */
  | { readonly kind: "duration"; readonly durationMs: number }
  | { readonly kind: "nothing" };

/** Values of messages that PostgreSQL's own sources write (postgres.c, exec_simple_query and exec_execute_message; auto_explain.c). */
export function toldBy({ message, detail }: LogRecord): Told {
  const timed = /^duration: (\d+(?:\.\d+)?) ms(?: {2}(.*))?$/s.exec(message);
  if (!timed) {
    const text = statementIn(message);
    return text === null ? { kind: "nothing" } : { kind: "text", run: run(text, null, detail) };
  }
  const durationMs = Number(timed[1]);
  const rest = timed[2];
  if (rest === undefined) return { kind: "duration", durationMs };
  if (rest.startsWith("plan:")) {
    const logged: LoggedPlan | null = readLoggedPlan(rest.slice("plan:".length).trimStart());
    if (logged === null) return { kind: "nothing" };
    return { kind: "plan", run: { sql: logged.sql, durationMs, parameters: logged.parameters, plan: logged.plan } };
  }
  const text = statementIn(rest);
  return text === null ? { kind: "nothing" } : { kind: "run", run: run(text, durationMs, detail) };
}

function run(sql: string, durationMs: number | null, detail: string | null): RunRecord {
  return { sql, durationMs, parameters: detail === null ? {} : readParameters(detail), plan: null };
}

/** `statement: …` and `execute name: …`; parse and bind are phases of the same execution, and a fetch goes on with one. */
function statementIn(text: string): string | null {
  const found = /^(?:statement|execute (?!fetch from )[^:]*): (.*)$/s.exec(text);
  return found?.[1]?.trim() || null;
}
