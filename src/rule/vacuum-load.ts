import type { Relation } from "../domain/catalog.ts";
import type { TuningContext } from "./tuning-rule.ts";

/** A table that autovacuum looks after, and what it asks of it. */
export interface VacuumLoad {
  readonly table: Relation;
  /** Dead rows that bring a vacuum. */
  readonly threshold: number;
  readonly deadRows: number;
  /** Times that the threshold is reached a day, by updates that were not HOT and by deletes; null when unknown. */
  readonly perDay: number | null;
  /** Cost of one vacuum at its threshold, in cost units, were every page in the cache. */
  readonly cost: number;
}

/** Dead rows, against the threshold that brings a vacuum, from which a table is overdue: our choice, November 2026. */
export const overdueTimes = 2;
/** Greatest value of autovacuum_vacuum_cost_limit (guc_tables.c). */
export const mostCostLimit = 10_000;
/** A horizon of fewer transactions is left alone: tuning/held-vacuum-horizon has the same unless it is told otherwise. */
const oldHorizon = 1_000_000;

export function isOverdue({ deadRows, threshold }: VacuumLoad): boolean {
  return deadRows > threshold * overdueTimes;
}

const off = /^autovacuum_enabled=(off|false|0|no)$/;

/**
 * Tables under autovacuum's own cost limit: those switched off and those with a limit or delay of their own are left out, since they do not share it.
 * The cost is as vacuumlazy.c charges it: each page with dead rows is read from the cache (vacuum_cost_page_hit) and made dirty
 * (vacuum_cost_page_dirty), each index page read. Pages that come from disk cost more, and index pages are dirtied too. Dead rows are taken to fall
 * at random on the pages that are not all-visible now.
 */
export function vacuumLoads({
  tables,
  catalog,
  postgres,
  amount,
  perDay,
  tableSetting,
}: Pick<TuningContext, "tables" | "catalog" | "postgres" | "amount" | "perDay" | "tableSetting">): readonly VacuumLoad[] {
  const hit = amount("vacuum_cost_page_hit") ?? 1;
  const dirty = amount("vacuum_cost_page_dirty") ?? 20;
  return tables.flatMap((table) => {
    const rows = catalog.rows(table);
    const base = tableSetting(table, "autovacuum_vacuum_threshold");
    const factor = tableSetting(table, "autovacuum_vacuum_scale_factor");
    const { activity } = table;
    if (table.kind !== "table" || rows === null || activity === null || base === null || factor === null) return [];
    if (table.storageParameters.some((each) => off.test(each) || /^autovacuum_vacuum_cost_(limit|delay)=/.test(each))) return [];
    const cap = postgres >= 18 ? (tableSetting(table, "autovacuum_vacuum_max_threshold") ?? -1) : -1;
    const threshold = Math.min(base + factor * rows, cap < 0 ? Number.POSITIVE_INFINITY : cap);
    const daily = perDay(activity.rowsUpdated - activity.rowsHotUpdated + activity.rowsDeleted);
    const changing = Math.max(1, table.currentPages - table.allVisiblePages);
    // Of n pages, k rows at random leave n e^(−k ÷ n) untouched.
    const pages = changing * (1 - Math.exp(-threshold / changing));
    const indexPages = table.indexes.reduce((sum, each) => sum + each.currentPages, 0);
    return [
      {
        table,
        threshold,
        deadRows: activity.deadRows,
        perDay: daily === null ? null : daily / Math.max(1, threshold),
        cost: pages * (hit + dirty) + indexPages * hit,
      },
    ];
  });
}

/** Autovacuum's cost units and the pause after so many, in ms; null when not read, or when it never pauses. */
export function vacuumPace(amount: TuningContext["amount"]): { readonly limit: number; readonly delayMs: number } | null {
  const own = (name: string, general: string) => {
    const said = amount(name);
    return said !== null && said >= 0 ? said : amount(general);
  };
  const limit = own("autovacuum_vacuum_cost_limit", "vacuum_cost_limit");
  const delayMs = own("autovacuum_vacuum_cost_delay", "vacuum_cost_delay");
  return limit === null || delayMs === null || limit <= 0 || delayMs <= 0 ? null : { limit, delayMs };
}

/** Something keeps dead rows from being removed: then no vacuum, however quick, brings them down. */
export function isHorizonHeld({ sessions, horizonHolders }: TuningContext["health"]): boolean {
  const ages = [sessions?.oldestXminAge ?? 0, ...(horizonHolders ?? []).map((each) => each.xminAge ?? 0)];
  return Math.max(...ages) >= oldHorizon;
}
