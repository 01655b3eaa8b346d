import type { Relation } from "../domain/catalog.ts";
import { qualified, readableIdent } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { relationOf } from "./index-parts.ts";
import type { DoubtContext } from "./plan-doubts.ts";
import { type LeadingKey, withoutAliases } from "./range-doubts.ts";

/**
 * What leads a new B-tree on the relation and no index of today. get_actual_variable_range() (selfuncs.c) then reads its ends from
 * the index, where nobody could read them before; the shadow has the histogram's.
 */
export async function newlyIndexed(relation: Relation, context: DoubtContext): Promise<readonly LeadingKey[]> {
  const { shown, snapshot } = context;
  const family = new Set([relation, ...relation.parents.flatMap((parent) => relationOf(snapshot.catalog, parent) ?? [])].map(relationKey));
  const own = shown.filter(({ definition }) => definition.accessMethod === "btree" && family.has(relationKey(definition.relation)));
  const leading = new Set(own.map(({ definition }) => definition.keys[0]?.column ?? null));
  const columns = relation.columns.flatMap((column): LeadingKey[] => {
    const bounds = column.statistics?.histogramBounds ?? null;
    if (!leading.has(column.name) || column.ends !== null || bounds === null) return [];
    return [{ text: readableIdent(column.name), type: column.type, bounds }];
  });
  const expressions: LeadingKey[] = [];
  for (const { definition, prepared } of own)
    if (definition.keys[0]?.column === null)
      expressions.push(...(await leadingExpressions({ schema: definition.relation.schema, name: prepared.name }, context)));
  return [...columns, ...expressions];
}

/** The expression that leads an index and its parts on partitions, with the histogram that the shadow gave each. */
async function leadingExpressions(
  index: { readonly schema: string; readonly name: string },
  { database }: DoubtContext,
): Promise<readonly LeadingKey[]> {
  const keys = await database.session.query<LeadingKey & { readonly heap: string }>(
    `with recursive part (oid) as (
       select to_regclass($1)::oid union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
     select distinct pg_get_indexdef(i.indexrelid, 1, false) as text, i.indrelid::regclass::text as heap,
       format_type(a.atttypid, a.atttypmod) as type, bounds.bounds
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = i.indexrelid and a.attnum = 1
     cross join lateral (select (
       -- As a join, the view would be worked out for every table: it is a security barrier.
       select s.histogram_bounds::text from pg_stats s
       where s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname)) bounds (bounds)
     where i.indexrelid = any (array(select oid from part)) and bounds.bounds is not null order by text, bounds`,
    [qualified(index)],
  );
  const planned: LeadingKey[] = [];
  for (const { text, type, bounds, heap } of keys) planned.push({ text: await asPlansShowIt(text, heap, database), type, bounds });
  return planned;
}

/** Plans show an expression with its constants folded: `(price / '2'::numeric)` for `price / (2)::numeric`. */
async function asPlansShowIt(expression: string, heap: string, database: EmbeddedDatabase): Promise<string> {
  // The shape of EXPLAIN (VERBOSE, FORMAT JSON), which names the columns by their table.
  const [explained] = (await database.scalar(`explain (verbose, format json) select ${expression} from ${heap}`)) as [
    { readonly Plan: { readonly Output: readonly [string] } },
  ];
  return withoutAliases(explained.Plan.Output[0]);
}
