import type { AuditInput } from "../../src/config/audit-input.ts";

/** An audit of every statement of this source with nothing limited, redacted or named by its value; `more` says what is. */
export function auditInput(source: AuditInput["source"], more: Partial<AuditInput> = {}): AuditInput {
  return {
    source,
    top: 500,
    minCalls: 0,
    includeSchemas: [],
    excludeSchemas: [],
    maxIndexes: null,
    maxGrowth: null,
    maxBytes: null,
    withValues: false,
    redactValues: false,
    statementTimeoutMs: 30_000,
    timeBudgetMs: null,
    readEnds: true,
    ruleOptions: {},
    ...more,
  };
}
