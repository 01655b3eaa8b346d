import { type LockMode, lockModes, relationKey } from "../domain/postgres.ts";
import type { RelationLock } from "../domain/schema-change.ts";
import type { QueryFamily } from "../domain/workload.ts";

const secondsPerDay = 86_400;

type Access = "read" | "write";

/**
 * For statements of these families: how many of them a second wait while the given locks are held; null when no rate is known. Table
 * 13.2 of the manual, explicit locking.
 */
export function openQueue(families: readonly QueryFamily[]): (locks: readonly RelationLock[]) => number | null {
  if (families.every((family) => family.load.callsPerDay === null)) return () => null;
  const users = new Map<string, { readonly position: number; readonly access: Access }[]>();
  const add = (key: string, position: number, access: Access) => {
    const known = users.get(key);
    if (known) known.push({ position, access });
    else users.set(key, [{ position, access }]);
  };
  for (const [position, family] of families.entries()) {
    for (const { relation, role } of family.scans) add(relationKey(relation), position, role === "read" ? "read" : "write");
    const target = insertTarget(family);
    if (target !== null) add(`insert ${target}`, position, "write");
  }
  return (locks) => {
    const waiting = new Set<number>();
    for (const { relation, mode } of locks)
      for (const { position, access } of [...(users.get(relationKey(relation)) ?? []), ...(users.get(`insert ${relation.name}`) ?? [])])
        if (blocks(mode, access)) waiting.add(position);
    return (
      families.reduce((sum, family, position) => sum + (waiting.has(position) ? (family.load.callsPerDay ?? 0) : 0), 0) / secondsPerDay
    );
  };
}

/** ACCESS EXCLUSIVE stops readers, SHARE and above stop writers. */
function blocks(mode: LockMode, access: Access): boolean {
  if (access === "read") return mode === "AccessExclusiveLock";
  return lockModes.indexOf(mode) >= lockModes.indexOf("ShareLock");
}

/** A plain INSERT has no scan: its table, in whatever schema, is in its text alone. */
function insertTarget(family: QueryFamily): string | null {
  if (family.kind !== "insert") return null;
  const target = /\binsert\s+into\s+((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/i.exec(family.normalizedSql)?.[1];
  return target === undefined ? null : target.split(".").at(-1)!.trim().replaceAll('"', "");
}
