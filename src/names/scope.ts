import type { Node } from "@pgsql/types";
import type { Catalog, Relation } from "../domain/catalog.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import { columnNode, type DerivedSource, type Output, type Source, type TableSource, type Var, varsOf } from "./query-tree.ts";
import type { WithEntry } from "./resolve-with.ts";

/** What name resolution carries through one statement. */
export interface Resolution {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
  readonly viewTrees: ReadonlyMap<string, Node>;
  /** Every source made, in order of appearance. */
  readonly sources: Source[];
  /** Base relations that no scan reads: the target of an INSERT. */
  readonly written: RelationName[];
  readonly unresolved: Set<string>;
  nextId: number;
}

/** Names visible at one query level. */
export interface Scope {
  readonly entries: readonly ScopeEntry[];
  /** Columns merged by USING or NATURAL, seen unqualified. */
  readonly merged: ReadonlyMap<string, Node>;
  readonly parent: Scope | null;
  readonly ctes: ReadonlyMap<string, WithEntry>;
  /** Collects what this level takes from enclosing ones. */
  readonly outer: Var[];
  /** Views being expanded, so that a definition that reads itself ends. */
  readonly views: readonly string[];
}

/** One name in a FROM clause. */
export interface ScopeEntry {
  readonly alias: string;
  /** For references written schema.table.column. */
  readonly relation: RelationName | null;
  column(name: string): Node | null;
  /** What `*` stands for. */
  columns(): Output[];
  readonly wholeRow: Node;
  /** Its columns are not all known: an unknown name may be one of them. */
  readonly open: ((name: string) => Node) | null;
}

const systemColumns = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"]);

export function tableEntry(source: TableSource, aliases: readonly string[] = []): ScopeEntry {
  const named = source.relation.columns.map((column, position) => [aliases[position] ?? column.name, column.name] as const);
  const byName = new Map(named);
  return {
    alias: source.alias,
    relation: source.relation,
    column(name) {
      const column = byName.get(name) ?? (systemColumns.has(name) ? name : null);
      return column === null ? null : columnNode(source, column);
    },
    columns: () => named.map(([name, column]) => ({ name, expression: columnNode(source, column), star: true })),
    wholeRow: columnNode(source, null),
    open: null,
  };
}

/** A source whose columns are names only; `open` when there may be more. */
export function opaqueEntry(source: Source, names: readonly string[], open: boolean): ScopeEntry {
  const column = (name: string) => columnNode(source, name);
  return {
    alias: source.alias,
    relation: null,
    column: (name) => (names.includes(name) ? column(name) : null),
    columns: () => names.map((name) => ({ name, expression: column(name), star: false })),
    wholeRow: columnNode(source, null),
    open: open ? column : null,
  };
}

/** A subquery's outputs under its alias: their own expressions when it was pulled up, else references to the derived source. */
export function outputsEntry(alias: string, outputs: readonly Output[], relation: RelationName | null = null): ScopeEntry {
  const byName = new Map(outputs.toReversed().map((output) => [output.name, output.expression]));
  return {
    alias,
    relation,
    column: (name) => byName.get(name) ?? null,
    columns: () => [...outputs],
    wholeRow: { RowExpr: { args: outputs.map((output) => output.expression), row_format: "COERCE_IMPLICIT_CAST" } },
    open: null,
  };
}

/** References to a derived source's outputs, under new names where the alias gives some. */
export function derivedOutputs(source: DerivedSource, aliases: readonly string[] = []): Output[] {
  return (source.arms[0]?.outputs ?? []).map((output, position) => {
    const name = aliases[position] ?? output.name;
    return { name, expression: columnNode(source, name, position), star: output.star };
  });
}

/** The column that a possibly qualified name means, looking outwards; null when nothing has it. */
export function lookUp(scope: Scope, names: readonly string[]): Node | null {
  const climbed: Scope[] = [];
  let fallback: { readonly node: Node; readonly climbed: readonly Scope[] } | null = null;
  for (let level: Scope | null = scope; level; level = level.parent) {
    const exact = names.length === 1 ? bareName(level, names[0]!) : qualifiedName(level, names);
    if (exact) return taken(exact, climbed);
    if (!fallback) {
      const open = level.entries.filter((entry) => entry.open && (names.length === 1 || entry.alias === names.at(-2)));
      const node = open[0]?.open?.(names.at(-1)!);
      if (node) fallback = { node, climbed: [...climbed] };
    }
    climbed.push(level);
  }
  return fallback ? taken(fallback.node, fallback.climbed) : null;
}

function bareName(scope: Scope, name: string): Node | null {
  const merged = scope.merged.get(name);
  if (merged) return merged;
  let system: Node | null = null;
  for (const entry of scope.entries) {
    const column = entry.column(name);
    if (column && !systemColumns.has(name)) return column;
    system ??= column;
  }
  return scope.entries.find((entry) => entry.alias === name)?.wholeRow ?? system;
}

function qualifiedName(scope: Scope, names: readonly string[]): Node | null {
  const entry = entryNamed(scope, names.slice(0, -1));
  return entry?.column(names.at(-1)!) ?? null;
}

/** The entry that `alias` or `schema.table` (or `database.schema.table`) names at this level. */
export function entryNamed(scope: Scope, qualifier: readonly string[]): ScopeEntry | null {
  const name = qualifier.at(-1);
  const schema = qualifier.at(-2);
  return (
    scope.entries.find((entry) =>
      schema === undefined ? entry.alias === name : entry.relation?.name === name && entry.relation?.schema === schema,
    ) ?? null
  );
}

function taken(node: Node, climbed: readonly Scope[]): Node {
  for (const level of climbed) level.outer.push(...varsOf(node));
  return node;
}

const byKey = new WeakMap<Catalog, ReadonlyMap<string, Relation>>();

/** The relation a name means: as qualified, else the first on the search path; null when the catalog has none. */
export function findRelation(resolution: Resolution, schema: string | undefined, name: string): Relation | null {
  let known = byKey.get(resolution.catalog);
  if (!known) {
    known = new Map(resolution.catalog.relations.map((relation) => [relationKey(relation), relation]));
    byKey.set(resolution.catalog, known);
  }
  for (const each of schema === undefined ? resolution.searchPath : [schema]) {
    const found = known.get(relationKey({ schema: each, name }));
    if (found) return found;
  }
  return null;
}
