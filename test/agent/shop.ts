import type { Snapshot } from "../../src/domain/snapshot.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { AdvisorError } from "../../src/errors.ts";
import { group } from "../../src/group/group.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

/** A shop with what attacks reach for: a table of secrets, a function, a domain and an operator of the user's. */
export const shopSchema = `create type mood as enum ('glad', 'sad');
create function pay_out(bigint) returns bigint language plpgsql immutable as 'begin perform pg_sleep(0); return 1; end';
create domain checked_text as text check (length(value) < 100);
create table users (id bigint primary key, email text not null, password text not null);
create table customers (id bigint primary key, name text not null);
create table orders (id bigint primary key, customer_id bigint not null, status text not null, total numeric(10,2) not null, feeling mood not null,
  payload jsonb not null, tags text[] not null, created_at timestamptz not null);
insert into customers select i, 'name ' || i from generate_series(1, 500) i;
insert into users select i, 'a' || i || '@example.com', md5(i::text) from generate_series(1, 500) i;
insert into orders select i, 1 + (i * 7919::bigint) % 2000, case when i % 100 = 0 then 'failed' else 'done' end, i % 500, 'glad',
  jsonb_build_object('sku', 'sku-' || i % 5000), array['t' || i % 200], timestamptz '2024-01-01' + i * interval '1 minute' from generate_series(1, 20000) i;`;

export const shopSnapshot = (parser: SqlParser): Promise<Snapshot> => schemaSnapshot(parser, shopSchema);

/** The one family of a statement. */
export async function familyOf(sql: string, snapshot: Snapshot, parser: SqlParser): Promise<QueryFamily> {
  const statement = { ...uncountedStatement(sql, null), calls: 100, totalExecTimeMs: 1000 };
  const { families, skipped } = await group({ ...snapshot, statements: [statement] }, parser);
  const [family] = families;
  if (!family) throw new AdvisorError("INTERNAL", skipped[0]?.detail ?? "no family");
  return family;
}
