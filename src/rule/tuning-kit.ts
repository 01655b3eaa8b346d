import type { Relation } from "../domain/catalog.ts";
import { ident, readableQualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Evidence, Subject } from "../domain/tuning.ts";

/** What an advice is about, from the thing itself. */
export function aboutTable({ schema, name }: RelationName, column: string | null = null): Subject {
  return { kind: "relation", relation: { schema, name }, column };
}
export const aboutServer: Subject = { kind: "server" };
export function aboutStatement(family: { readonly id: string }): Subject {
  return { kind: "statement", family: family.id };
}

/** A named figure with its unit (null: a bare count or text). */
export function evidence(name: string, value: number | string, unit: string | null = null): Evidence {
  return { name, value, unit };
}

/** `ALTER TABLE … SET (…)` and the RESET or SET that takes it back. Numbers print without exponent. */
export function setStorage(
  relation: Relation,
  values: Readonly<Record<string, number | string>>,
): { readonly apply: readonly string[]; readonly undo: readonly string[] } {
  const name = readableQualified(relation);
  const command = relation.kind === "materialized-view" ? "ALTER MATERIALIZED VIEW" : "ALTER TABLE";
  const before = new Map(relation.storageParameters.map((each) => each.split("=", 2) as [string, string]));
  const kept = Object.keys(values).filter((key) => before.has(key));
  const fresh = Object.keys(values).filter((key) => !before.has(key));
  return {
    apply: [
      `${command} ${name} SET (${Object.entries(values)
        .map(([key, value]) => `${key} = ${value}`)
        .join(", ")})`,
    ],
    undo: [
      ...(fresh.length > 0 ? [`${command} ${name} RESET (${fresh.join(", ")})`] : []),
      ...(kept.length > 0 ? [`${command} ${name} SET (${kept.map((key) => `${key} = ${before.get(key)}`).join(", ")})`] : []),
    ],
  };
}

/** `ALTER SYSTEM SET` and the way back; a reload or restart must follow. */
export function setSystem(name: string, value: string): { readonly apply: readonly string[]; readonly undo: readonly string[] } {
  return {
    apply: [`ALTER SYSTEM SET ${name} = '${value}'`, "SELECT pg_reload_conf()"],
    undo: [`ALTER SYSTEM RESET ${name}`, "SELECT pg_reload_conf()"],
  };
}

/** Bytes as a setting takes them: whole megabytes, or gigabytes when they divide. */
export function settingBytes(bytes: number): string {
  const megabytes = Math.max(1, Math.round(bytes / 1024 ** 2));
  return megabytes % 1024 === 0 ? `${megabytes / 1024}GB` : `${megabytes}MB`;
}

/** The next power of two of megabytes that holds these bytes. */
export function upToPowerOfTwoMegabytes(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, bytes / 1024 ** 2))) * 1024 ** 2;
}

/** Rows that were written since the counters were reset. */
export function rowsChanged(relation: Relation): number | null {
  const { activity } = relation;
  return activity === null ? null : activity.rowsUpdated + activity.rowsDeleted;
}

/** True for a table whose parent holds its settings' meaning: advice goes to partitions, which are what VACUUM works on. */
export function isOrdinaryTable(relation: Relation): boolean {
  return relation.kind === "table";
}

/** A quoted column list. */
export function columnsSql(columns: readonly string[]): string {
  return columns.map(ident).join(", ");
}

/** 0.0123 days → `18 minutes`; 45 → `45 days`. */
export function daysInWords(days: number): string {
  if (days >= 2) return `${Math.round(days)} days`;
  const hours = days * 24;
  if (hours >= 2) return `${Math.round(hours)} hours`;
  return `${Math.max(1, Math.round(hours * 60))} minutes`;
}

/** `CREATE STATISTICS` and the ANALYZE that fills it; no kinds for a single expression. */
export function createStatistics(
  object: RelationName,
  on: { readonly relation: RelationName; readonly targets: readonly string[]; readonly kinds: readonly string[] },
): readonly string[] {
  const kinds = on.kinds.length === 0 ? "" : ` (${on.kinds.join(", ")})`;
  return [
    `CREATE STATISTICS ${readableQualified(object)}${kinds} ON ${on.targets.join(", ")} FROM ${readableQualified(on.relation)}`,
    `ANALYZE ${readableQualified(on.relation)}`,
  ];
}
