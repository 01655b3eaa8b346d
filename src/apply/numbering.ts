import { AdvisorError } from "../errors.ts";

/** How a tool numbers its files. */
export type Numbering =
  /** `20261121203100`, UTC; where the folder counts instead (`000012`), one more. */
  | "timestamp"
  /** `1795293060000`; where the folder has timestamps of 14 or 17 digits, those. */
  | "milliseconds"
  /** Flyway's `V3`, `V1.2` or `V20261121203100`. */
  | "flyway"
  /** `0012`. */
  | "four-digits"
  /** None: the tool keeps the order elsewhere. */
  | "none";

/**
 * Versions for `count` new files, in order, each greater than what the folder holds. `existing` are the names of files and folders in it.
 * Throws INPUT_INVALID for a Flyway version that nothing can be added to.
 */
export function nextVersions(numbering: Numbering, existing: readonly string[], now: Date, count: number): string[] {
  if (numbering === "none") return Array.from({ length: count }, () => "");
  const versions = existing.flatMap((name) => (numbering === "flyway" ? flywayVersion(name) : (/^(\d+)[_-]/.exec(name)?.[1] ?? [])));
  const greatest = versions.toSorted(compareVersions).at(-1) ?? null;
  return Array.from({ length: count }, (_, n) => nthAfter(numbering, greatest, now, n + 1));
}

function nthAfter(numbering: Exclude<Numbering, "none">, greatest: string | null, now: Date, n: number): string {
  if (numbering === "four-digits") return String(Number(greatest ?? 0) + n).padStart(4, "0");
  if (greatest !== null && numbering === "flyway" && greatest.length < 8) return bumped(greatest, n);
  const counts = greatest !== null && /^\d{1,9}$/.test(greatest);
  if (counts) return String(Number(greatest) + n).padStart(greatest.length, "0");
  if (numbering === "milliseconds" && !(greatest !== null && /^\d{14}(\d{3})?$/.test(greatest)))
    return String(Math.max(now.getTime(), Number(greatest ?? 0)) + n);
  const from = later(now, greatest);
  // A number that is no time (20290000000000) may be greater than the time made of it.
  if (greatest !== null && compareVersions(secondsAfter(from, 0), greatest.slice(0, 14)) <= 0) return bumped(greatest, n);
  const stamp = secondsAfter(from, n - 1);
  return greatest?.length === 17 ? `${stamp}000` : stamp;
}

/** The time now, or one second after the newest file where clocks differ. */
function later(now: Date, greatest: string | null): Date {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(greatest ?? "") ?? [];
  if (y === undefined) return now;
  const newest = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
  return newest >= now.getTime() ? new Date(newest + 1000) : now;
}

function secondsAfter(from: Date, seconds: number): string {
  return new Date(from.getTime() + seconds * 1000).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}

/** `V1_2__x.sql` is version 1.2: an underscore stands for a point. */
function flywayVersion(name: string): string[] {
  const found = /^V(\d+(?:[._]\d+)*)__/.exec(name)?.[1];
  return found === undefined ? [] : [found.replaceAll("_", ".")];
}

/** `3` → `4`, `1.2` → `1.3`. */
function bumped(version: string, n: number): string {
  const parts = version.split(".");
  const last = parts.pop();
  if (last === undefined || !/^\d+$/.test(last))
    throw new AdvisorError("INPUT_INVALID", `Nothing can be counted on from the version "${version}".`, {
      hint: "Name another folder with --out.",
    });
  // Longer than a double is exact.
  return [...parts, String(BigInt(last) + BigInt(n)).padStart(last.length, "0")].join(".");
}

function compareVersions(a: string, b: string): number {
  const [one, two] = [a.split("."), b.split(".")];
  for (let at = 0; at < Math.max(one.length, two.length); at++) {
    const difference = BigInt(one[at] ?? 0) - BigInt(two[at] ?? 0);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
