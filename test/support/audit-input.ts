import { benchInput } from "../../bench/bench-input.ts";
import type { AuditInput } from "../../src/config/audit-input.ts";

/** An audit of every statement of this source with nothing limited, redacted or named by its value; `more` says what is. */
export function auditInput(source: AuditInput["source"], more: Partial<AuditInput> = {}): AuditInput {
  return { ...benchInput, source, top: 500, maxIndexes: null, maxGrowth: null, ...more };
}
