import type { Node } from "@pgsql/types";
import { and, operation, textConst } from "./nodes.ts";

/** A span of time that a function folds to one value: from `low`, until before `after`. */
export interface Span {
  readonly low: Node;
  readonly after: Node;
}

/**
 * `f(column) operator value` as conditions on the column itself, where f gives `value` on exactly this span and keeps order.
 * Null for `<>`, whose range has a hole.
 */
export function spanCondition(column: Node, operator: string, { low, after }: Span): Node | null {
  switch (operator) {
    case "=":
      return and(operation(column, ">=", low), operation(column, "<", after));
    case ">=":
      return operation(column, ">=", low);
    case ">":
      return operation(column, ">=", after);
    case "<":
      return operation(column, "<", low);
    case "<=":
      return operation(column, "<", after);
    default:
      return null;
  }
}

/** The day a text names as `YYYY-MM-DD` (a time of midnight may follow); null for any other spelling, which settings may read differently. */
export function dayOf(text: string): Date | null {
  const match = /^([1-9]\d{3})-(\d\d)-(\d\d)(?: 00:00(?::00(?:\.0+)?)?)?$/.exec(text);
  if (!match) return null;
  const [, year, month, day] = match;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day) ? null : date;
}

export type Unit = "day" | "week" | "month" | "quarter" | "year";

/** Start of the unit that a day lies in; weeks start on Monday, as date_trunc has it. */
export function startOf(unit: Unit, day: Date): Date {
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  if (unit === "day") return new Date(Date.UTC(year, month, date));
  if (unit === "week") return new Date(Date.UTC(year, month, date - ((day.getUTCDay() + 6) % 7)));
  if (unit === "month") return new Date(Date.UTC(year, month, 1));
  return new Date(Date.UTC(year, unit === "year" ? 0 : month - (month % 3), 1));
}

/** The day `count` units later. */
export function later(unit: Unit, start: Date, count: number): Date {
  const [year, month, date] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  const months = { day: 0, week: 0, month: 1, quarter: 3, year: 12 }[unit] * count;
  const days = { day: 1, week: 7, month: 0, quarter: 0, year: 0 }[unit] * count;
  return new Date(Date.UTC(year, month + months, date + days));
}

/** A day as an untyped literal: a timestamptz column reads it as midnight in the session's time zone. */
export function dayLiteral(day: Date): Node {
  return textConst(day.toISOString().slice(0, 10));
}

/** Date and time types whose ranges a B-tree holds in order. */
export function isTimestamp(type: string | null): type is "timestamp" | "timestamptz" {
  return type === "timestamp" || type === "timestamptz";
}

/**
 * What a day of a timestamptz column as a range takes for granted. Where clocks are set back from 1:00 to 0:00 (Azores, Cuba), a day has two
 * midnights: a date stands for the second, and the hour between them is in the day and before the range.
 */
export function oneMidnight(type: string | null): readonly string[] {
  return type === "timestamptz"
    ? ["the session's time zone has one midnight a day (clocks are set back from 1:00 to 0:00 in Atlantic/Azores and America/Havana)"]
    : [];
}
