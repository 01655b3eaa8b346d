import { qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/** First version with pg_restore_relation_stats() and pg_restore_attribute_stats(). */
export const restoreFunctionsSince = 180_000;

/** Schema of the functions that stand in for PostgreSQL 18's. */
const schema = "plansmith_statistics";

/**
 * Functions with the arguments of PostgreSQL 18's `pg_restore_*_stats` as far as we use them, for servers before: they write
 * pg_class and pg_statistic as ANALYZE does (update_attstats(), analyze.c; slots in pg_statistic.h). Operators are those of the
 * type's default B-tree operator class, as lookup_type_cache() finds them.
 */
export async function provideRestoreFunctions(database: EmbeddedDatabase): Promise<void> {
  if (database.versionNumber >= restoreFunctionsSince) return;
  await database.run(functionsSql);
}

export function relationStatisticsSql(versionNumber: number): string {
  const call =
    versionNumber >= restoreFunctionsSince
      ? `pg_restore_relation_stats('schemaname', x.schema, 'relname', x.name, 'relpages', x.pages, 'reltuples', x.rows, 'relallvisible', x.visible)`
      : `${schema}.put_relation(to_regclass(format('%I.%I', x.schema, x.name)), x.pages, x.rows, x.visible)`;
  return `select count(${call}) from json_to_recordset($1::json) as x(schema text, name text, pages int, rows real, visible int)`;
}

export function columnStatisticsSql(versionNumber: number): string {
  const call =
    versionNumber >= restoreFunctionsSince
      ? `pg_restore_attribute_stats('schemaname', x.schema, 'relname', x.name, 'attnum', x.position, 'inherited', x.inherited,
    'null_frac', x.nulls, 'avg_width', x.width, 'n_distinct', x."distinct",
    'most_common_vals', x.common, 'most_common_freqs', x.common_frequencies::real[],
    'histogram_bounds', x.histogram, 'correlation', x.correlation,
    'most_common_elems', x.elements, 'most_common_elem_freqs', x.element_frequencies::real[],
    'elem_count_histogram', x.element_counts::real[],
    'range_length_histogram', x.range_lengths, 'range_empty_frac', x.range_empty, 'range_bounds_histogram', x.range_bounds)`
      : `${schema}.put_column(to_regclass(format('%I.%I', x.schema, x.name)), x.position, x.inherited, x.nulls, x.width, x."distinct",
    x.common, x.common_frequencies::real[], x.histogram, x.correlation, x.elements, x.element_frequencies::real[], x.element_counts::real[],
    x.range_lengths, x.range_empty, x.range_bounds)`;
  return `
  select x.at, ${call} as taken
  from json_to_recordset($1::json) as x(at int, schema text, name text, position smallint, inherited boolean, nulls real, width int,
    "distinct" real, common text, common_frequencies text, histogram text, correlation real, elements text, element_frequencies text,
    element_counts text, range_lengths text, range_empty real, range_bounds text)`;
}

/** The next plan must read statistics anew that were written past the server's own functions. */
export async function statisticsWritten(database: EmbeddedDatabase, relations: readonly RelationName[]): Promise<void> {
  if (database.versionNumber >= restoreFunctionsSince || relations.length === 0) return;
  await database.session.query("update pg_class set relname = relname where oid = any ($1::text[]::regclass[]::oid[])", [
    `{${[...new Set(relations.map(qualified))].map((name) => `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`).join(",")}}`,
  ]);
}

const functionsSql = `
create schema if not exists ${schema};
create or replace function ${schema}.base(type oid) returns oid language sql stable as $$
  with recursive b (oid, typbasetype) as (
    select oid, typbasetype from pg_type where oid = type
    union all select t.oid, t.typbasetype from b join pg_type t on t.oid = b.typbasetype)
  select oid from b where typbasetype = 0 $$;
create or replace function ${schema}.operator(type oid, strategy int) returns oid language sql stable as $$
  select o.amopopr
  from pg_opclass c
  join pg_am a on a.oid = c.opcmethod and a.amname = 'btree'
  join pg_type t on t.oid = type
  join pg_amop o on o.amopfamily = c.opcfamily and o.amoplefttype = c.opcintype and o.amoprighttype = c.opcintype and o.amopstrategy = strategy
  where c.opcdefault and (c.opcintype = type
    or t.typtype = 'e' and c.opcintype = 'anyenum'::regtype
    or t.typtype = 'r' and c.opcintype = 'anyrange'::regtype
    or t.typtype = 'm' and c.opcintype = to_regtype('anymultirange')
    or t.typtype = 'c' and c.opcintype = 'record'::regtype
    or t.typcategory = 'A' and c.opcintype = 'anyarray'::regtype
    or exists (select from pg_cast k where k.castsource = type and k.casttarget = c.opcintype and k.castmethod = 'b' and k.castcontext = 'i'
               and not exists (select from pg_opclass own where own.opcmethod = c.opcmethod and own.opcdefault and own.opcintype = type)))
  order by c.opcintype = type desc, c.opcintype = 'text'::regtype desc, c.oid limit 1 $$;
create or replace function ${schema}.expression_type(a pg_attribute) returns pg_attribute language plpgsql as $$
declare heap regclass;
begin
  -- GIN and GiST store another type than their expression has, and ANALYZE looks at the expression (examine_attribute()).
  select i.indrelid into heap from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
  where i.indexrelid = a.attrelid and i.indkey[a.attnum - 1] = 0 and m.amname not in ('btree', 'hash');
  if heap is null then return a; end if;
  execute format('create temp view plansmith_expression as select (%s) as e from %s', pg_get_indexdef(a.attrelid, a.attnum, true), heap);
  select v.atttypid, v.attcollation into a.atttypid, a.attcollation
  from pg_attribute v where v.attrelid = 'pg_temp.plansmith_expression'::regclass and v.attnum = 1;
  execute 'drop view pg_temp.plansmith_expression';
  return a;
end $$;
create or replace function ${schema}.put_relation(target regclass, pages int, rows real, visible int) returns boolean language sql as $$
  update pg_class set relpages = pages, reltuples = rows, relallvisible = visible where oid = target; select true $$;
create or replace function ${schema}.put_column(target regclass, column_number smallint, inherited boolean, nulls real, width int, distinct_values real,
  common text, common_frequencies real[], histogram text, correlation real, elements text, element_frequencies real[], element_counts real[],
  range_lengths text, range_empty real, range_bounds text) returns boolean language plpgsql as $$
declare
  a pg_attribute; type oid; element oid; equal oid; less oid; element_equal oid; element_collation oid;
  kinds int[] := '{}'; operators oid[] := '{}'; collations oid[] := '{}'; numbers text[] := '{}'; lists text[] := '{}'; types oid[] := '{}';
begin
  select * into strict a from pg_attribute where attrelid = target and attnum = column_number;
  a := ${schema}.expression_type(a);
  type := ${schema}.base(a.atttypid);
  equal := ${schema}.operator(type, 3); less := ${schema}.operator(type, 1);
  element := case when type = 'tsvector'::regtype then 'text'::regtype::oid
                  else (select ${schema}.base(typelem) from pg_type where oid = type and typcategory = 'A' and typelem <> 0) end;
  element_equal := ${schema}.operator(element, 3);
  element_collation := case when type = 'tsvector'::regtype then 100 else a.attcollation end;
  if common is not null then kinds := kinds || 1; operators := operators || equal; collations := collations || a.attcollation;
    numbers := numbers || common_frequencies::text; lists := lists || common; types := types || a.atttypid; end if;
  if histogram is not null then kinds := kinds || 2; operators := operators || less; collations := collations || a.attcollation;
    numbers := numbers || null::text; lists := lists || histogram; types := types || a.atttypid; end if;
  if correlation is not null then kinds := kinds || 3; operators := operators || less; collations := collations || a.attcollation;
    numbers := numbers || array[correlation]::text; lists := lists || null::text; types := types || 0::oid; end if;
  if elements is not null then kinds := kinds || 4; operators := operators || element_equal; collations := collations || element_collation;
    numbers := numbers || element_frequencies::text; lists := lists || elements; types := types || element; end if;
  if element_counts is not null then kinds := kinds || 5; operators := operators || element_equal; collations := collations || element_collation;
    numbers := numbers || element_counts::text; lists := lists || null::text; types := types || 0::oid; end if;
  if range_lengths is not null then kinds := kinds || 6; operators := operators || 672::oid; collations := collations || 0::oid;
    numbers := numbers || array[range_empty]::text; lists := lists || range_lengths; types := types || 701::oid; end if;
  if range_bounds is not null then kinds := kinds || 7; operators := operators || 0::oid; collations := collations || 0::oid;
    numbers := numbers || null::text; lists := lists || range_bounds; types := types || a.atttypid; end if;
  delete from pg_statistic where starelid = target and staattnum = column_number and stainherit = inherited;
  insert into pg_statistic values (target, column_number, inherited, nulls, width, distinct_values,
    ${slots((n) => `coalesce(kinds[${n}], 0)`)}, ${slots((n) => `coalesce(operators[${n}], 0)`)}, ${slots((n) => `coalesce(collations[${n}], 0)`)},
    ${slots((n) => `numbers[${n}]::real[]`)},
    ${slots((n) => `case when lists[${n}] is not null then array_in(lists[${n}]::cstring, types[${n}], -1) end`)});
  return true;
end $$`;

function slots(textOf: (number: number) => string): string {
  return [1, 2, 3, 4, 5].map(textOf).join(", ");
}
