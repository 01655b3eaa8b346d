import { identName } from "../domain/identifier.ts";
import type { PlanNode } from "../domain/plan.ts";
import { parseArrayText } from "../syntax/array-text.ts";
import { conditionParts } from "../syntax/condition-parts.ts";

/** `column = constant`, or `column = ANY (list)`, as a plan shows it. Holds values: never to be printed. */
export interface ConstantTest {
  readonly column: string;
  /** As text, without the constant's type. One for `=`. */
  readonly values: readonly string[];
  /** `= 'x'::text`, `= ANY ('{a,b}'::text[])`: what stands behind the column. */
  readonly test: string;
}

/** Conditions by which a scan, with the bitmap scans below it, keeps rows: all must hold. Null under a BitmapOr. */
export function scanConditions(scan: PlanNode): readonly string[] | null {
  const below = bitmapConditions(scan);
  return below === null ? null : [scan.indexCondition, scan.filter, ...below].filter((each) => each !== null);
}

function bitmapConditions(node: PlanNode): readonly (string | null)[] | null {
  const found: (string | null)[] = [];
  for (const child of node.children) {
    if (child.type === "BitmapOr") return null;
    const below = bitmapConditions(child);
    if (below === null) return null;
    found.push(child.indexCondition, ...below);
  }
  return found;
}

/**
 * A plan's conditions as tests of plain columns for equality; null when one is anything else: a range, an expression, another
 * relation's column, or a parameter, of which the planner knew no value.
 */
export function constantTests(conditions: readonly string[]): readonly ConstantTest[] | null {
  // A lossy bitmap repeats the index condition as a filter.
  const parts = [...new Set(conditions.flatMap(conditionParts))];
  const tests: ConstantTest[] = [];
  for (const part of parts) {
    const found = constantTest(part);
    if (found === null) return null;
    tests.push(found);
  }
  return tests.length === 0 ? null : tests;
}

/** Bounds of one column against constants, as a plan shows them. Holds values: never to be printed. */
export interface RangeTest {
  readonly column: string;
  /** `>= '2026-01-01'::date`, `< 5`: what stands behind the column; all must hold. */
  readonly tests: readonly string[];
}

/** A plan's conditions as bounds of one plain column; null when one is anything else. */
export function rangeTest(conditions: readonly string[]): RangeTest | null {
  const found = [...new Set(conditions.flatMap(conditionParts))].map((part) => bound.exec(part));
  const column = found[0]?.[1];
  if (column === undefined || found.some((each) => each?.[1] !== column)) return null;
  return {
    column: identName(column),
    tests: found.map((each) => each?.[2] ?? ""),
  };
}

const name = String.raw`(?:"(?:[^"]|"")+"|[a-z_][\w$]*)`;
const type = String.raw`::[\w. "]+(?:\(\d+(?:,\d+)?\))?`;
const text = "'(?:[^']|'')*'";
const equality = new RegExp(
  String.raw`^\(?(?:${name}\.)?(${name})\)?(?:${type})? (= (?:(${text})(?:${type})?|(-?\d+(?:\.\d+)?)|ANY \((${text})${type}\[\]\)))$`,
  "s",
);

const bound = new RegExp(String.raw`^\(?(?:${name}\.)?(${name})\)?(?:${type})? ([<>]=? (?:${text}(?:${type})?|-?\d+(?:\.\d+)?))$`, "s");

function constantTest(part: string): ConstantTest | null {
  const [, column, test, quoted, number, list] = equality.exec(part) ?? [];
  if (column === undefined || test === undefined) return null;
  const unquoted = (literal: string) => literal.slice(1, -1).replaceAll("''", "'");
  const values =
    list === undefined
      ? [number ?? unquoted(quoted ?? "''")]
      : parseArrayText(unquoted(list)).filter((each): each is string => each !== null);
  return { column: identName(column), values, test };
}
