import type { Node } from "@pgsql/types";
import { cast } from "./nodes.ts";
import { plainCall, textOf } from "./read-nodes.ts";
import type { ColumnUse, QueryLevel } from "./rewrite.ts";
import { isTimestamp, oneMidnight } from "./time-range.ts";

/** A timestamp column as an expression reads it: bare, or on the clock of other time zones. */
export interface ZonedColumn {
  /** The column reference, for the rewritten condition. */
  readonly column: Node;
  readonly use: ColumnUse;
  /** Of the expression as a whole: that is what its day, month or year is of. */
  readonly type: "timestamp" | "timestamptz";
  /** A midnight, as the expression counts it, as a bound on the column itself; `typed` when it has the expression's type already. */
  bound(midnight: Node, typed?: "typed"): Node;
  /** What a day as a range of the column takes for granted. */
  readonly assumes: readonly string[];
}

/**
 * `column`, `column AT TIME ZONE 'Europe/Berlin'` of a timestamptz, `column AT TIME ZONE 'UTC' [AT TIME ZONE 'Europe/Berlin']` of a
 * timestamp that holds UTC; null for anything else. A midnight of a zone's clock has one place among moments wherever that clock is
 * never set back across it, so that what lies before it and after it may be asked of the column. Local times of a zone other than
 * UTC go forth and back among moments, so a timestamp read in one is left alone.
 */
export function zonedColumn(node: Node, level: QueryLevel): ZonedColumn | null {
  const use = level.column(node);
  if (use) {
    const type = use.column.baseType;
    return isTimestamp(type) ? { column: node, use, type, bound: (midnight) => midnight, assumes: oneMidnight(type) } : null;
  }
  const [zone, inner] = plainCall(node, "timezone") ?? [];
  const name = textOf(zone);
  const below = inner ? zonedColumn(inner, level) : null;
  if (!zone || name === null || !below) return null;
  const isUtc = utc.test(name);
  if (below.type === "timestamp" && !(isUtc && level.column(inner))) return null;
  const type = below.type === "timestamp" ? "timestamptz" : "timestamp";
  const bound: ZonedColumn["bound"] = (midnight, typed) => below.bound(atTimeZone(typed ? midnight : cast(midnight, type), zone), "typed");
  const assumes = isUtc ? [] : [`clocks in ${name} are never set back across midnight`];
  return { ...below, type, bound, assumes: type === "timestamptz" ? oneMidnight(type) : assumes };
}

const utc = /^(?:etc\/)?(?:utc|gmt|uct|zulu)$/i;

/** `moment AT TIME ZONE zone`. */
function atTimeZone(moment: Node, zone: Node): Node {
  const funcname = ["pg_catalog", "timezone"].map((sval): Node => ({ String: { sval } }));
  return { FuncCall: { funcname, args: [zone, moment], funcformat: "COERCE_SQL_SYNTAX" } };
}
