import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Options } from "../../src/rule/rule.ts";

/** What rules of every kind say of themselves beside their words. */
interface Sourced {
  readonly sources: readonly Source[];
  readonly gates?: readonly Gate[];
}
interface Source {
  readonly url: string;
  readonly says: string;
}
interface Gate {
  readonly from: number;
  readonly source: Source;
}

const folderOf = (id: string): string => join(import.meta.dirname, "..", "..", "rules", id);

/** The case files of the rule `index/btree-for-filter`, by name. */
export function casesOf(id: string): string[] {
  const folder = join(folderOf(id), "cases");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
}

export const casePath = (id: string, name: string): string => join(folderOf(id), "cases", name);

/** Fails unless every source, of a version gate too, is a page with what it says. */
export function expectSources({ sources, gates = [] }: Sourced): void {
  for (const source of [...sources, ...gates.map((gate) => gate.source)]) {
    expect(source.url).toMatch(/^https:\/\//);
    expect(source.says.length).toBeGreaterThan(20);
  }
}

/** Fails unless the rule's README has the five headings that a reader finds in each. */
export function expectHeadings(id: string): void {
  const headings = readFileSync(join(folderOf(id), "README.md"), "utf8").match(/^#{2,}\s+.*$/gm);
  expect(headings).toEqual(["## Problem", "## Why it costs", "## What to do", "## When to leave it alone", "## Sources"]);
}

/** Fails unless each default lies within its bounds and is explained. */
export function expectBounds(options: Options = {}): void {
  for (const option of Object.values(options)) {
    expect(option.min).toBeLessThanOrEqual(option.default);
    expect(option.default).toBeLessThanOrEqual(option.max);
    expect(option.doc.length).toBeGreaterThan(10);
  }
}

/** Fails where fewer cases fire, or stay quiet, than said. */
export function expectCases(id: string, fires: number, quiet: number): void {
  const names = casesOf(id);
  expect(names.filter((name) => name.startsWith("fires-")).length).toBeGreaterThanOrEqual(fires);
  expect(names.filter((name) => name.startsWith("quiet-")).length).toBeGreaterThanOrEqual(quiet);
}

/** Fails unless a case is planned on each side of every version gate. `oldest`: there is no older version to be planned for. */
export function expectGates({ gates = [] }: Sourced, versions: readonly number[], oldest = 0): void {
  for (const gate of gates) {
    expect(versions.some((version) => version >= gate.from)).toBe(true);
    if (gate.from > oldest) expect(versions.some((version) => version < gate.from)).toBe(true);
  }
}
