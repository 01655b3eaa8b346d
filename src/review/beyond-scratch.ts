import type { Refusal, ScratchLimits } from "./scratch-run.ts";

/**
 * Statements that are not run: roles, privileges, ownership, comments and replication need what an embedded database has not, and
 * no lock or plan that we report depends on them.
 */
export function leftOut(sql: string): boolean {
  return (
    /^(grant|revoke|comment\s+on|security\s+label|reassign|alter\s+default\s+privileges|set\s+(session\s+authorization|role)\b|notify|listen)/i.test(
      sql,
    ) ||
    /^(create|alter|drop)\s+(role|user(?!\s+mapping)|group|database|tablespace|publication|subscription|event\s+trigger|server|user\s+mapping|foreign\s+data)\b/i.test(
      sql,
    ) ||
    /^alter\s+[\s\S]*\sowner\s+to\s+\S+\s*$/i.test(sql) ||
    /^copy\b/i.test(sql)
  );
}

/** Undefined object, function, table, column, schema. */
export const undefinedThings = ["42704", "42883", "42P01", "42703", "3F000"];

/** True when the refusal is the scratch database's own and says nothing of production. */
export function beyondScratch(sql: string, { sqlState, message }: Refusal, limits: ScratchLimits): boolean {
  if (["58P01", "XX000", "XX001", "53200", "53100", "54001"].includes(sqlState)) return true; // missing library, broken or full
  if (/^create\s+extension\b/i.test(sql)) return ["0A000", "58P01", "22023"].includes(sqlState);
  if (/^set\b/i.test(sql)) return true; // a setting of another version or of a library
  if (/\brole\b/i.test(message) && sqlState === "42704") return true;
  if (/\blanguage\b/i.test(message) && sqlState === "42704") return true;
  if (!undefinedThings.includes(sqlState)) return false;
  if (limits.missingExtensions.length > 0 || !limits.complete) return true;
  return !limits.hasTriggersAndPolicies && /\b(trigger|policy|rule)\b/i.test(sql);
}
