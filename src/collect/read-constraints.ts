import type { Constraint } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";

export interface ConstraintRow {
  readonly relation: string;
  readonly name: string;
  readonly kind: Constraint["kind"];
  readonly definition: string;
  readonly columns: string[] | null;
  readonly validated: boolean;
  readonly local: boolean;
  /** OID of the index a primary key, unique or exclusion constraint rests on. */
  readonly index: string | null;
  readonly target: RelationName | null;
  readonly target_columns: string[] | null;
  readonly on_delete: string | null;
  readonly on_update: string | null;
}

/**
 * Table constraints. A foreign key to a partitioned table has one more row for each partition it points at
 * (`conparentid` on the same table); those are the server's own bookkeeping and left out.
 */
export async function readConstraints(reading: Reading, schemas: string): Promise<ConstraintRow[]> {
  const action = (column: string) => `case when co.contype = 'f' then case ${column} when 'c' then 'CASCADE' when 'n' then 'SET NULL'
           when 'd' then 'SET DEFAULT' when 'r' then 'RESTRICT' else 'NO ACTION' end end`;
  return reading.query<ConstraintRow>(
    `select /* plansmith */ co.conrelid::text as relation, co.conname::text as name,
       case co.contype when 'c' then 'check' when 'f' then 'foreign-key' when 'p' then 'primary-key' when 'u' then 'unique'
         when 'x' then 'exclusion' else 'not-null' end as kind,
       pg_get_constraintdef(co.oid) as definition,
       (select array_agg(a.attname::text order by k.n) from unnest(co.conkey) with ordinality k(attnum, n)
         join pg_attribute a on a.attrelid = co.conrelid and a.attnum = k.attnum) as columns,
       co.convalidated as validated, co.conislocal as local,
       case when co.contype in ('p', 'u', 'x') and co.conindid <> 0 then co.conindid::text end as index,
       case when co.contype = 'f' then (select json_build_object('schema', fn.nspname, 'name', f.relname)
         from pg_class f join pg_namespace fn on fn.oid = f.relnamespace where f.oid = co.confrelid) end as target,
       (select array_agg(a.attname::text order by k.n) from unnest(co.confkey) with ordinality k(attnum, n)
         join pg_attribute a on a.attrelid = co.confrelid and a.attnum = k.attnum) as target_columns,
       ${action("co.confdeltype")} as on_delete,
       ${action("co.confupdtype")} as on_update
     from pg_constraint co join pg_class c on c.oid = co.conrelid
     where c.relnamespace = any($1::text::oid[]) and co.contype in ('c', 'f', 'p', 'u', 'x', 'n')
       and not exists (select from pg_constraint p where p.oid = co.conparentid and p.conrelid = co.conrelid)
     order by co.conrelid, co.contype, co.conname collate "C"`,
    [schemas],
  );
}
