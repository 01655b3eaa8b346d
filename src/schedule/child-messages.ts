import type { AuditInput } from "../config/audit-input.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError, type ErrorCode } from "../errors.ts";

/** What the process of an audit is asked. */
export type ChildRequest =
  | { readonly kind: "audit"; readonly input: AuditInput }
  /** `name`: the series of a report whose server tells no identifier. */
  | { readonly kind: "keep"; readonly place: string | null; readonly name: string; readonly report: Report };

/** What it answers: any number of stages, then one of the others. */
export type ChildAnswer =
  | { readonly kind: "stage"; readonly stage: string }
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "kept"; readonly kept: KeptReport }
  | { readonly kind: "failed"; readonly error: PlainError };

/** A report that the store has now. */
export interface KeptReport {
  readonly id: string;
  /** With what changed since earlier reports of the database, where there are any. */
  readonly report: Report;
  /** Those, newest first. */
  readonly earlier: readonly Report[];
}

/** An error as it crosses from one process to another. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
}

/** For the way out of the child. */
export function plainError(error: unknown): PlainError {
  if (error instanceof AdvisorError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error), hint: null };
}

/** For the way into the parent. */
export function advisorError({ code, message, hint }: PlainError): AdvisorError {
  return new AdvisorError(code, message, hint === null ? {} : { hint });
}
