import { nullSql } from "../hostile/generate-rows.ts";
import type { IsSpent } from "./budget.ts";
import type { Fixture } from "./fixture.ts";

/** True when the statements still differ on it in the same way. */
export type StillDiffers = (fixture: Fixture) => Promise<boolean>;

/** The smallest fixture found that still tells the two apart: fewer rows, then no settings, then plainer values. Asks until the time is spent. */
export async function shrink(found: Fixture, stillDiffers: StillDiffers, isSpent: IsSpent): Promise<Fixture> {
  let smallest = found;
  const attempt = async (candidate: Fixture): Promise<boolean> => {
    if (isSpent() || !(await stillDiffers(candidate))) return false;
    smallest = candidate;
    return true;
  };
  await dropRows(() => smallest, attempt);
  await attempt({ ...smallest, settings: [] });
  for (const setting of smallest.settings) await attempt({ ...smallest, settings: smallest.settings.filter((each) => each !== setting) });
  await plainValues(() => smallest, attempt);
  await dropRows(() => smallest, attempt);
  return smallest;
}

type Attempt = (candidate: Fixture) => Promise<boolean>;

/** All rows of a table, half of them, each alone. */
async function dropRows(current: () => Fixture, attempt: Attempt): Promise<void> {
  for (const table of [...current().rows.keys()].reverse())
    for (let part = current().rows.get(table)?.length ?? 0; part >= 1; part = part >> 1)
      for (let from = 0; from < (current().rows.get(table)?.length ?? 0); ) {
        const rows = current().rows.get(table) ?? [];
        const rest = rows.filter((_, at) => at < from || at >= from + part);
        if (!(await attempt(withRows(current(), table, rest)))) from += part;
      }
}

/** NULL where it may be, else 1, an empty text or a plain day: what says least. */
async function plainValues(current: () => Fixture, attempt: Attempt): Promise<void> {
  for (const [table, rows] of current().rows)
    for (const [at, row] of rows.entries())
      for (const [place, value] of row.entries()) {
        if (value === nullSql) continue;
        for (const plain of [nullSql, "'1'", "'a'", "'2024-01-01'"]) {
          if (plain === value) break;
          const now = current().rows.get(table) ?? [];
          const changed = now.map((each, index) => (index === at ? each.map((old, column) => (column === place ? plain : old)) : each));
          if (await attempt(withRows(current(), table, changed))) break;
        }
      }
}

function withRows(fixture: Fixture, table: string, rows: readonly (readonly string[])[]): Fixture {
  return { ...fixture, rows: new Map([...fixture.rows].map(([name, old]) => [name, name === table ? rows : old])) };
}
