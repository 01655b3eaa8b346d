import type { IndexDefinition } from "../../src/domain/candidate.ts";
import { plainIndex, plainKey } from "../support/plain-index.ts";

/** A small production that every planner is asked about: a skewed table, a partitioned one, documents, an index that serves. */
export const storeSql: readonly string[] = [
  `create table customers (id bigint primary key, email text not null);
   insert into customers select i, 'user' || i || '@example.org' from generate_series(1, 2000) i`,
  `create table orders (id bigint primary key, customer_id bigint not null references customers, status text not null, total numeric not null,
     placed_at timestamptz not null, tags text[] not null);
   insert into orders select i, 1 + (i * 7919) % 2000, (array['new','paid','sent','closed'])[1 + (i % 97 > 2)::int + (i % 97 > 9)::int + (i % 97 > 20)::int],
     (i % 500)::numeric / 3, timestamptz '2025-01-01' + (i || ' minutes')::interval, array['t' || i % 300, 'u' || i % 7] from generate_series(1, 40000) i`,
  "create index orders_placed_at on orders (placed_at)",
  `create table readings (at timestamptz not null, sensor int not null, value float8) partition by range (at);
   create table readings_1 partition of readings for values from ('2025-01-01') to ('2025-02-01');
   create table readings_2 partition of readings for values from ('2025-02-01') to ('2025-03-01');
   insert into readings select timestamptz '2025-01-01' + (i || ' minutes')::interval, i % 400, random() from generate_series(1, 60000) i`,
];
export const storeMaintenance: readonly string[] = ["vacuum analyze", "checkpoint"];

export function index(table: string, column: string, more: Partial<IndexDefinition> = {}): IndexDefinition {
  return plainIndex(table, [plainKey(`"${column}"`, { column })], more);
}
