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

/**
 * Sorts a column's values by what conditions on that column alone come to (see `conditionsByColumn`): a value from each class is all it
 * takes to tell the conditions apart, however few of the values are in it. Classes with more true conditions first; values for which a
 * condition fails are left out. None where all values are alike.
 */
export async function truthClasses(
  database: GuardedDatabase,
  conditions: readonly string[],
  column: ClassedColumn,
): Promise<readonly (readonly string[])[]> {
  const candidates = [...new Set(column.candidates)].slice(0, mostCandidates);
  if (conditions.length === 0 || candidates.length === 0) return [];
  const casts = candidates.map((value) => `(${value.trim()})::${column.type}`);
  const list = (texts: readonly string[]) => `array[${texts.map(literal).join(", ")}]::text[]`;
  const rows = await database.session.query<{ truths: string | null }>(
    `select truths from pg_temp.plansmith_truths(${literal(column.name)}, ${literal(column.type)}, ${list(casts)}, ${list(conditions)}) as truths`,
  );
  const told = rows.flatMap(({ truths }) => (truths === null || truths === "" ? [] : [truths.split(" ")]));
  const classes = new Map<string, { readonly values: string[]; readonly trues: number }>();
  for (const [at, value] of candidates.entries()) {
    const truths = told.map((each) => each[at] ?? "unknown");
    if (truths.includes("error")) continue;
    const key = truths.join(" ");
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { values: [value], trues: truths.filter((truth) => truth === "true").length });
    else if (known.values.length < mostValuesOfClass) known.values.push(value);
  }
  return classes.size < 2 ? [] : [...classes.values()].sort((a, b) => b.trues - a.trues).map(({ values }) => values);
}

/**
 * `{column name → conditions}`: those that read columns of this one name and nothing else, and then their single changes, written with the
 * bare name.
 */
export function conditionsByColumn(trees: readonly Node[]): ReadonlyMap<string, readonly string[]> {
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
  return new Map([...own].map(([name, texts]) => [name, [...new Set([...texts, ...(changed.get(name) ?? [])])].slice(0, mostConditions)]));
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
