import { type LockMode, lockModes, relationKey } from "../domain/postgres.ts";
import type { RelationLock } from "../domain/schema-change.ts";
import type { QueryFamily } from "../domain/workload.ts";

const secondsPerDay = 86_400;

/** Statements a second that wait while these locks are held; null when no rate is known. Table 13.2 of the manual, explicit locking. */
export function queuedPerSecond(locks: readonly RelationLock[], families: readonly QueryFamily[]): number | null {
  if (families.every((family) => family.load.callsPerDay === null)) return null;
  const modes = new Map(locks.map((lock) => [relationKey(lock.relation), lock.mode]));
  const waiting = families.filter(
    (family) =>
      family.scans.some((scan) => {
        const mode = modes.get(relationKey(scan.relation));
        return mode !== undefined && blocks(mode, scan.role === "read" ? "read" : "write");
      }) || insertsInto(family, modes),
  );
  return waiting.reduce((sum, family) => sum + (family.load.callsPerDay ?? 0), 0) / secondsPerDay;
}

/** ACCESS EXCLUSIVE stops readers, SHARE and above stop writers. */
export function blocks(mode: LockMode, statement: "read" | "write"): boolean {
  if (statement === "read") return mode === "AccessExclusiveLock";
  return lockModes.indexOf(mode) >= lockModes.indexOf("ShareLock");
}

/** A plain INSERT has no scan: its table is in its text alone. */
function insertsInto(family: QueryFamily, modes: ReadonlyMap<string, LockMode>): boolean {
  if (family.kind !== "insert") return false;
  const target = /\binsert\s+into\s+((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)/i.exec(family.normalizedSql)?.[1];
  if (target === undefined) return false;
  const name = target.split(".").at(-1)!.trim().replaceAll('"', "");
  for (const [key, mode] of modes) if (key.endsWith(`.${JSON.stringify(name)}`) && blocks(mode, "write")) return true;
  return false;
}
