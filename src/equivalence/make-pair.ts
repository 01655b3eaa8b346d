import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { AdvisorError } from "../errors.ts";
import { seededRandom } from "../hostile/random.ts";
import { readAims } from "../hostile/read-aims.ts";
import { parameterTypes } from "../shadow/explain-statement.ts";
import { walk } from "../syntax/tree.ts";
import type { CheckedPair } from "./check-statements.ts";
import type { EquivalenceInput } from "./equivalence-input.ts";
import type { Pair } from "./fixture.ts";
import { hostTables, type ParameterType } from "./host-tables.ts";
import { type Mutant, mutants } from "./mutate-statement.ts";
import { hideRows, rowSecurityCommands } from "./row-security.ts";
import { sessionsOf } from "./sessions.ts";
import { hasOpenLimit, keyedStatement } from "./sort-keys.ts";
import { type ColumnConditions, conditionsByColumn, truthClasses, truthFunction } from "./truth-classes.ts";
import { watchFunction } from "./watch-predicates.ts";

/** Changes of the statement that steer and rate the data; more cost time and tell little. */
const mostMutants = 36;

interface Making {
  readonly input: EquivalenceInput;
  readonly checked: CheckedPair;
  readonly catalog: Catalog;
  /** Both statements, and the views below them. */
  readonly trees: readonly Node[];
  /** Their conditions are watched. */
  readonly watched: boolean;
}

/** Reads what the pair compares, and makes pools of values, mutants and sessions for it. */
export async function makePair(database: GuardedDatabase, { input, checked, catalog, trees, watched }: Making): Promise<Pair> {
  const aims = readAims(trees);
  const types = checked.parameterCount === 0 ? [] : await typesOfParameters(database, checked);
  if (watched) await database.run(`${watchFunction}; ${truthFunction}`);
  const conditions = watched ? conditionsByColumn(trees) : new Map<string, ColumnConditions>();
  const host = await hostTables(catalog, aims, types, {
    areValid: (pairs) => validInputs(database, pairs),
    classesOf: (column) => truthClasses(database, conditions.get(column.name) ?? { own: [], changed: [] }, column),
  });
  return {
    before: checked.before.sql,
    after: checked.after.sql,
    tree: checked.before.node,
    ordered: checked.ordered,
    keyed: keyedStatement(checked.before.node),
    openLimit: hasOpenLimit(checked.before.node),
    host,
    ground: {
      tables: host.tables,
      materializedViews: catalog.relations.filter((relation) => relation.kind === "materialized-view"),
      modifies: checked.modifies,
      rowSecurity: (await hideRows(database, catalog)) ? rowSecurityCommands(catalog) : [],
    },
    sessions: sessionsOf(input.snapshot),
    mutants: safeMutants(checked.before.node, input.seed),
    watched: watched ? { trees: [checked.before.node, checked.after.node], notNull: neverNull(catalog) } : null,
    counts: aims.counts,
    width: Math.max(widthOf(checked.before.node), widthOf(checked.after.node)),
  };
}

/** Names that only NOT NULL columns have. */
function neverNull({ relations }: Catalog): ReadonlySet<string> {
  const columns = relations.flatMap((relation) => relation.columns);
  const nullable = new Set(columns.filter((column) => !column.notNull).map((column) => column.name));
  return new Set(columns.map((column) => column.name).filter((name) => !nullable.has(name)));
}

/** A statement that cannot be written back has no mutants, and no score. */
function safeMutants(tree: Node, seed: number): readonly Mutant[] {
  try {
    return mutants(tree, { most: mostMutants, random: seededRandom(seed) });
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return [];
    throw error;
  }
}

/** Relations and functions that it reads from, as often as it names them. */
export function widthOf(tree: Node): number {
  let relations = 0;
  walk(tree, (node) => {
    if ("RangeVar" in node || "RangeFunction" in node) relations++;
    return undefined;
  });
  return relations;
}

async function typesOfParameters(database: GuardedDatabase, { before, after, parameterCount }: CheckedPair): Promise<ParameterType[]> {
  const [own, other] = [await parameterTypes(database, before.sql), await parameterTypes(database, after.sql)];
  const names = Array.from({ length: parameterCount }, (_, at) => own?.[at] ?? other?.[at] ?? "text");
  const rows = await database.session.query<{ base: string; element: string | null }>(
    `select t.typname::text as base, e.typname::text as element
     from unnest($1::text[]) with ordinality as given(name, place) join pg_type t on t.oid = to_regtype(given.name)
     left join pg_type e on e.oid = t.typelem and t.typcategory = 'A' order by given.place`,
    [names],
  );
  return names.map((name, at) => ({ name, base: rows[at]?.base ?? "text", element: rows[at]?.element ?? null }));
}

async function validInputs(
  database: GuardedDatabase,
  pairs: readonly { readonly text: string; readonly type: string }[],
): Promise<boolean[]> {
  const rows = await database.session.query<{ valid: boolean }>(
    `select pg_input_is_valid(pair->>'text', pair->>'type') as valid
     from jsonb_array_elements($1::jsonb) with ordinality as each(pair, place) order by place`,
    [JSON.stringify(pairs)],
  );
  return rows.map((row) => row.valid);
}
