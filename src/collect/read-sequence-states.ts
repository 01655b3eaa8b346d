import type { SequenceState } from "../domain/health.ts";
import { ident } from "../domain/identifier.ts";
import type { Reading } from "./reading.ts";

/**
 * How far each sequence has come and the column it fills: by ownership (serial, identity), else by the default that calls it. The last
 * value of a sequence that the role may neither SELECT nor use is null, and a gap.
 */
export async function readSequenceStates(reading: Reading, schemas: string, role: string): Promise<SequenceState[] | null> {
  const rows = await reading.attempt<SequenceState & { readonly readable: boolean }>(
    { area: "catalog", what: "states of sequences", remedy: null },
    `select /* plansmith */ n.nspname::text as schema, c.relname::text as name, format_type(q.seqtypid, null) as type,
       p.last_value::text as "lastValue", q.seqmin::text as "minValue", q.seqmax::text as "maxValue",
       q.seqincrement::text as increment, q.seqcycle as cycles, owner.json as owner,
       has_sequence_privilege(c.oid, 'select, usage') as readable
     from pg_sequence q join pg_class c on c.oid = q.seqrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_sequences p on p.schemaname = n.nspname and p.sequencename = c.relname
       left join lateral (
         select json_build_object('schema', tn.nspname, 'name', t.relname, 'column', a.attname) as json
         from (
           select d.refobjid as table_oid, d.refobjsubid as position, 0 as rank from pg_depend d
           where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
             and d.deptype in ('a', 'i') and d.refobjsubid > 0
           union all
           select f.adrelid, f.adnum, 1 from pg_depend d join pg_attrdef f on f.oid = d.objid
           where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
         ) used
           join pg_class t on t.oid = used.table_oid join pg_namespace tn on tn.oid = t.relnamespace
           join pg_attribute a on a.attrelid = t.oid and a.attnum = used.position
         order by used.rank, t.oid limit 1
       ) owner on true
     where c.relpersistence <> 't' and c.relnamespace = any($1::text::oid[])
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.oid`,
    [schemas],
  );
  if (rows === null) return null;
  const hidden = rows.filter((row) => !row.readable);
  if (hidden.length > 0)
    reading.gaps.push({
      area: "catalog",
      what: `last values of ${hidden.length === 1 ? "a sequence" : `${hidden.length} sequences`}: nobody can tell how near their end they are`,
      why: "the role may neither SELECT nor use them",
      remedy: [...new Set(hidden.map((row) => row.schema))]
        .map((schema) => `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${ident(schema)} TO ${ident(role)};`)
        .join(" "),
    });
  return rows.map(({ readable: _readable, ...state }) => state);
}
