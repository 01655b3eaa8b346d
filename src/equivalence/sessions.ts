import { literal } from "../domain/identifier.ts";
import type { Snapshot } from "../domain/snapshot.ts";

/** SET commands of each session the databases are spread over: production's own time zone first, one that moves its clocks, one that does not. */
export function sessionsOf(snapshot: Snapshot): readonly (readonly string[])[] {
  const own = snapshot.settings.find((setting) => setting.name === "TimeZone" || setting.name === "timezone")?.value;
  const zones = [...new Set([own ?? "UTC", "America/New_York", "UTC"])].slice(0, 3);
  return zones.map((zone, at) => [`set TimeZone = ${literal(zone)}`, `set DateStyle = '${at === 1 ? "SQL, DMY" : "ISO, MDY"}'`]);
}

/** Other plans for the same statement: what changes under them is not determined by the statement. */
export const otherPlans: readonly (readonly string[])[] = [
  ["set enable_hashagg = off", "set enable_hashjoin = off"],
  ["set enable_sort = off", "set enable_mergejoin = off", "set enable_indexscan = off", "set enable_bitmapscan = off"],
  ["set enable_seqscan = off", "set enable_nestloop = off"],
];
