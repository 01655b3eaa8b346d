import type { Node } from "@pgsql/types";
import { literal } from "../domain/identifier.ts";
import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { replaceNodes, walk } from "../syntax/tree.ts";
import { changesOf } from "./mutate-statement.ts";
import { replaced, sites, written } from "./tree-sites.ts";
import { conditionsOf } from "./watch-predicates.ts";

/** A column, and values of its type that could be put there, as SQL. */
export interface ClassedColumn {
  readonly name: string;
  /** As a cast writes it. */
  readonly type: string;
  readonly candidates: readonly string[];
}

const mostConditions = 24;
const mostCandidates = 320;
const mostValuesOfClass = 8;

/** In every scratch database; temporary, so that no search path shows it to the statements. */
export const truthFunction = `create or replace function pg_temp.plansmith_truths(column_name text, type_name text, candidates text[], conditions text[]) returns setof text language plpgsql as $$
declare
  condition text; candidate text; truth text; truths text[];
  listed text := (select string_agg(format('(%s, %s)', each, place), ', ' order by place) from unnest(candidates) with ordinality as c(each, place));
begin
  foreach condition in array conditions loop
    begin
      execute format('select array_agg(coalesce((%s)::text, ''unknown'') order by plansmith_place) from (values %s) as v (%I, plansmith_place)',
        condition, listed, column_name) into truths;
    exception when others then
      truths := '{}';
      begin
        -- What fails for NULL too fails for reasons of its own: a constant that is no value of the type, an aggregate.
        execute format('select (%s)::text from (values (null::%s)) as v (%I)', condition, type_name, column_name) into truth;
        foreach candidate in array candidates loop
          begin
            execute format('select (%s)::text from (values (%s)) as v (%I)', condition, candidate, column_name) into truth;
          exception when others then truth := 'error';
          end;
          truths := truths || coalesce(truth, 'unknown');
        end loop;
      exception when others then null;
      end;
    end;
    return next array_to_string(truths, ' ');
  end loop;
end $$`;

/** Conditions on one column alone, and the same with one thing changed. */
export interface ColumnConditions {
  readonly own: readonly string[];
  readonly changed: readonly string[];
}

/** Values sorted by what conditions come to. */
export interface TruthClasses {
  readonly all: readonly (readonly string[])[];
  /** Those in which a condition of the statements themselves is true. */
  readonly aimed: readonly (readonly string[])[];
}

const none: TruthClasses = { all: [], aimed: [] };

/**
 * Sorts a column's values by what conditions on that column alone come to (see `conditionsByColumn`): a value from each class is all it
 * takes to tell the conditions apart, however few of the values are in it. Values for which a condition fails are left out. None
 * where all values are alike.
 */
export async function truthClasses(
  database: GuardedDatabase,
  { own, changed }: ColumnConditions,
  column: ClassedColumn,
): Promise<TruthClasses> {
  const conditions = [...new Set([...own, ...changed])].slice(0, mostConditions);
  const candidates = [...new Set(column.candidates)].slice(0, mostCandidates);
  if (conditions.length === 0 || candidates.length === 0) return none;
  const casts = candidates.map((value) => `(${value.trim()})::${column.type}`);
  const list = (texts: readonly string[]) => `array[${texts.map(literal).join(", ")}]::text[]`;
  const rows = await database.session.query<{ truths: string | null }>(
    `select truths from pg_temp.plansmith_truths(${literal(column.name)}, ${literal(column.type)}, ${list(casts)}, ${list(conditions)}) as truths`,
  );
  const told = rows.map(({ truths }) => (truths === null || truths === "" ? [] : truths.split(" ")));
  const classes = new Map<string, { readonly values: string[]; readonly isAimed: boolean }>();
  for (const [at, value] of candidates.entries()) {
    const truths = told.map((each) => each[at] ?? "unknown");
    if (truths.includes("error")) continue;
    const key = truths.join(" ");
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { values: [value], isAimed: truths.slice(0, own.length).includes("true") });
    else if (known.values.length < mostValuesOfClass) known.values.push(value);
  }
  if (classes.size < 2) return none;
  const sorted = [...classes.values()];
  return { all: sorted.map(({ values }) => values), aimed: sorted.flatMap(({ values, isAimed }) => (isAimed ? [values] : [])) };
}

/**
 * `{column name → conditions}`: those that read columns of this one name and nothing else, and their single changes, written with the bare
 * name.
 */
export function conditionsByColumn(trees: readonly Node[]): ReadonlyMap<string, ColumnConditions> {
  const own = new Map<string, Set<string>>();
  const changed = new Map<string, Set<string>>();
  const put = (map: Map<string, Set<string>>, name: string, node: Node) => {
    const text = written(replaceNodes(node, (part) => ("ColumnRef" in part ? bareColumn(name) : part)));
    if (text !== null) map.set(name, (map.get(name) ?? new Set()).add(text));
  };
  for (const tree of trees)
    for (const node of conditionsOf(tree)) {
      const name = onlyColumn(node);
      if (name === null) continue;
      put(own, name, node);
      for (const site of sites(node))
        for (const change of changesOf(site.node, node)) put(changed, name, replaced(node, site.path, change.node));
    }
  return new Map([...own].map(([name, texts]) => [name, { own: [...texts], changed: [...(changed.get(name) ?? [])] }]));
}

function bareColumn(name: string): Node {
  return { ColumnRef: { fields: [{ String: { sval: name } }] } };
}

/** The one name of all columns in a condition; null with sub-selects, parameters, or other names. */
function onlyColumn(node: Node): string | null {
  const names = new Set<string | null>();
  walk(node, (each) => {
    if ("SubLink" in each || "ParamRef" in each) names.add(null);
    if (!("ColumnRef" in each)) return undefined;
    const last = each.ColumnRef.fields?.at(-1);
    names.add(last !== undefined && "String" in last ? (last.String.sval ?? null) : null);
    return undefined;
  });
  const [name = null, ...others] = names;
  return others.length === 0 ? name : null;
}
