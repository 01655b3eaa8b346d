import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { AccessMethod } from "../../src/domain/postgres.ts";
import { index, key } from "../../src/rule/index.ts";

/** 20,000 rows: ANALYZE reads them all, so that statistics taken before and after an index is built are equal. */
export const archiveRows = 20_000;

/** A production with a column of every kind that an index can be proposed on. */
export const archiveSql: readonly string[] = [
  "create extension pg_trgm; create extension btree_gin; create extension btree_gist; create extension vector; create extension hstore",
  `select setseed(0.42);
   create table items as
   select g as id, (random() * ${archiveRows} / 20)::int as owner, floor(random() ^ 3 * ${archiveRows} / 10)::bigint as popular, (g % 7)::smallint as weekday,
     (array['new', 'paid', 'shipped', 'delivered', 'cancelled'])[1 + floor(random() ^ 2 * 5)::int] as status,
     'User' || g || '@' || (array['gmail.com', 'example.org', 'corp.internal'])[1 + g % 3] as email, md5(g::text) as hash, gen_random_uuid() as uid,
     timestamptz '2024-01-01' + g * interval '17 minutes' + random() * interval '30 s' as created_at,
     case when random() < 0.7 then null else timestamptz '2024-01-01' + random() * interval '300 days' end as deleted_at,
     date '2024-01-01' + (random() * 365)::int as day, round((random() * 10000)::numeric, 2) as amount, random() as score, random() < 0.05 as flagged,
     ('10.' || (random() * 255)::int || '.' || (random() * 255)::int || '.' || (random() * 255)::int)::inet as ip,
     tstzrange(timestamptz '2024-01-01' + g * interval '10 min', timestamptz '2024-01-01' + g * interval '10 min' + random() * interval '5 h') as during,
     point(random() * 1000, random() * 1000) as place,
     jsonb_build_object('type', (array['click', 'view', 'buy', 'refund'])[1 + floor(random() ^ 2 * 4)::int], 'score', floor(random() * 1000),
       'user', jsonb_build_object('id', (random() * ${archiveRows} / 10)::int, 'plan', (array['free', 'pro', 'team'])[1 + floor(random() * 3)::int])) as attrs,
     (select array_agg('tag' || floor(random() ^ 2 * 300)::int) from generate_series(1, 1 + (g % 5))) as tags,
     (select array_agg(floor(random() * 5000)::int) from generate_series(1, 1 + (g % 8))) as numbers,
     (select string_agg(substr(md5(w::text), 1, 3 + w % 7), ' ')
        from (select floor(random() ^ 2 * 5000)::int + 0 * x * g as w from generate_series(1, 8 + (g % 10)) x) z) as body,
     hstore(array['a', 'b', 'c' || (g % 20)], array[(g % 10)::text, (random() * 100)::int::text, 'x']) as extra
   from generate_series(1, ${archiveRows}) g;
   alter table items add column tsv tsvector; update items set tsv = to_tsvector('simple', body); alter table items add primary key (id)`,
  `create table vectors as select g as id, g % 20 as category, (select array_agg(random() + 0 * x * g)::vector(32) from generate_series(1, 32) x) as embedding
   from generate_series(1, 2000) g`,
  `create table metrics (at timestamptz not null, sensor int not null, value float8, label text not null) partition by range (at);
   create table metrics_a partition of metrics for values from ('2024-01-01') to ('2024-05-01');
   create table metrics_b partition of metrics for values from ('2024-05-01') to ('2024-09-01') partition by list (label);
   create table metrics_b_x partition of metrics_b for values in ('l0', 'l1');
   create table metrics_b_y partition of metrics_b default;
   create table metrics_c partition of metrics default;
   insert into metrics select timestamptz '2024-01-01' + g * interval '20 minutes', floor(random() ^ 2 * 300)::int, random() * 100, 'l' || floor(random() * 4)::int
   from generate_series(1, 25000) g`,
];
/** Twice: the dead rows of the UPDATE above must not change the table's length between two measurements. */
export const archiveMaintenance: readonly string[] = ["vacuum full items", "vacuum analyze"];

export interface ArchiveCase {
  readonly name: string;
  readonly index: IndexDefinition;
  readonly queries: readonly string[];
  /** Largest allowed |estimated / true − 1| of the size. */
  readonly sizeWithin: number;
  /** Largest allowed |shadow / production − 1| of the cost; 0.03 when absent. */
  readonly costWithin?: number;
}

const items = { schema: "public", name: "items" };
const expression = (sql: string, operatorClass: string | null = null) =>
  key({ sql, column: null, columns: [], type: null, collation: null, immutable: true }, { operatorClass });
const on = (accessMethod: AccessMethod, keys: IndexDefinition["keys"], rest: Parameters<typeof index>[3] = {}) =>
  index(items, accessMethod, keys, rest);
const opclass = (column: string, operatorClass: string) => key(column, { operatorClass });

/** One or more for every access method, with the statements they could serve. */
export const archiveCases: readonly ArchiveCase[] = [
  {
    name: "one column",
    index: on("btree", [key("owner")]),
    queries: ["select * from items where owner = 700", "select * from items where owner < 40"],
    sizeWithin: 0.03,
  },
  {
    name: "skewed column",
    index: on("btree", [key("popular")]),
    queries: ["select * from items where popular = 1", "select count(*) from items where popular > 2900"],
    sizeWithin: 0.03,
  },
  {
    name: "text",
    index: on("btree", [key("email")]),
    queries: ["select * from items where email = 'User77@gmail.com'", "select email from items order by email limit 5"],
    sizeWithin: 0.03,
  },
  {
    name: "uuid",
    index: on("btree", [key("uid")]),
    queries: ["select * from items where uid = '00000000-0000-0000-0000-000000000000'"],
    sizeWithin: 0.03,
  },
  {
    name: "numeric",
    index: on("btree", [key("amount")]),
    queries: ["select * from items where amount between 10 and 12"],
    sizeWithin: 0.03,
  },
  {
    name: "nullable",
    index: on("btree", [key("deleted_at")]),
    queries: ["select * from items where deleted_at > '2024-10-20'"],
    sizeWithin: 0.03,
  },
  {
    name: "descending, two columns",
    index: on("btree", [key("owner"), key("created_at", { descending: true })]),
    queries: [
      "select * from items where owner = 12 order by created_at desc limit 3",
      "select owner, created_at from items where owner between 5 and 9",
    ],
    sizeWithin: 0.03,
  },
  {
    name: "three columns of few values",
    index: on("btree", [key("weekday"), key("status"), key("day")]),
    queries: ["select count(*) from items where weekday = 3 and status = 'new' and day > '2024-11-01'"],
    sizeWithin: 0.05,
  },
  {
    name: "include",
    index: on("btree", [key("owner")], { include: ["status", "amount"] }),
    queries: ["select sum(amount) from items where owner = 30 and status = 'paid'"],
    sizeWithin: 0.03,
  },
  {
    name: "partial on a value",
    index: on("btree", [key("created_at")], { predicate: "status = 'cancelled'" }),
    queries: ["select * from items where status = 'cancelled' order by created_at limit 10"],
    sizeWithin: 0.05,
  },
  {
    name: "partial on not null",
    index: on("btree", [key("deleted_at")], { predicate: "deleted_at IS NOT NULL" }),
    queries: ["select count(*) from items where deleted_at is not null and deleted_at < '2024-01-05'"],
    sizeWithin: 0.15,
    costWithin: 0.06,
  },
  {
    name: "partial on an expression",
    index: on("btree", [key("owner")], { predicate: "lower(status) = 'new'" }),
    queries: ["select * from items where lower(status) = 'new' and owner = 5"],
    sizeWithin: 0.1,
    costWithin: 0.05,
  },
  {
    name: "text pattern",
    index: on("btree", [opclass("email", "text_pattern_ops")]),
    queries: ["select * from items where email like 'User777%'"],
    sizeWithin: 0.03,
  },
  {
    name: "lower(email)",
    index: on("btree", [expression("lower(email)")]),
    queries: ["select * from items where lower(email) = 'user77@gmail.com'"],
    sizeWithin: 0.05,
  },
  {
    name: "jsonb member",
    index: on("btree", [expression("(attrs ->> 'type'::text)")]),
    queries: ["select count(*) from items where attrs ->> 'type' = 'refund'"],
    sizeWithin: 0.1,
    costWithin: 0.1,
  },
  {
    name: "cast jsonb member",
    index: on("btree", [expression("((attrs ->> 'score'::text)::integer)")]),
    queries: ["select * from items where (attrs ->> 'score')::int < 20"],
    sizeWithin: 0.15,
    costWithin: 1,
  },
  {
    name: "date_trunc",
    index: on("btree", [expression("date_trunc('day'::text, created_at, 'UTC'::text)")]),
    queries: ["select count(*) from items where date_trunc('day', created_at, 'UTC') = '2024-03-05'"],
    sizeWithin: 0.1,
    costWithin: 0.1,
  },
  {
    name: "split_part",
    index: on("btree", [expression("split_part(email, '@'::text, 2)")]),
    queries: ["select count(*) from items where split_part(email, '@', 2) = 'example.org'"],
    sizeWithin: 0.1,
    costWithin: 0.1,
  },
  {
    name: "two columns in one expression",
    index: on("btree", [expression("(((status || '/'::text) || hash))")]),
    queries: ["select * from items where status || '/' || hash = 'new/abc'"],
    sizeWithin: 0.1,
  },
  { name: "hash", index: on("hash", [key("email")]), queries: ["select * from items where email = 'User77@gmail.com'"], sizeWithin: 0.03 },
  {
    name: "brin",
    index: on("brin", [key("created_at")], { storage: { pages_per_range: "16" } }),
    queries: ["select count(*) from items where created_at between '2024-02-01' and '2024-02-03'"],
    sizeWithin: 0.03,
  },
  {
    name: "brin minmax-multi",
    index: on("brin", [opclass("created_at", "timestamptz_minmax_multi_ops")], { storage: { pages_per_range: "8" } }),
    queries: ["select count(*) from items where created_at between '2024-02-01' and '2024-02-03'"],
    sizeWithin: 0.4,
  },
  {
    name: "brin bloom",
    index: on("brin", [opclass("hash", "text_bloom_ops")], { storage: { pages_per_range: "16" } }),
    queries: ["select * from items where hash = 'x'"],
    sizeWithin: 0.1,
  },
  {
    name: "jsonb_ops",
    index: on("gin", [key("attrs")]),
    queries: ['select * from items where attrs @> \'{"type": "refund", "score": 5}\'', "select count(*) from items where attrs ? 'type'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "jsonb_path_ops",
    index: on("gin", [opclass("attrs", "jsonb_path_ops")]),
    queries: ['select * from items where attrs @> \'{"user": {"id": 70}}\''],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "array",
    index: on("gin", [key("tags")]),
    queries: ["select count(*) from items where tags @> '{tag5,tag9}'", "select * from items where tags && '{tag250}'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "integer array",
    index: on("gin", [key("numbers")]),
    queries: ["select * from items where numbers @> '{17}'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "tsvector",
    index: on("gin", [key("tsv")]),
    queries: ["select * from items where tsv @@ to_tsquery('simple', 'c4c')"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "trigram",
    index: on("gin", [opclass("email", "gin_trgm_ops")], { extension: "pg_trgm" }),
    queries: ["select * from items where email ilike '%ser777%'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "trigram on long text",
    index: on("gin", [opclass("body", "gin_trgm_ops")], { extension: "pg_trgm" }),
    queries: ["select * from items where body like '%a87ff67%'"],
    sizeWithin: 0.3,
    costWithin: 0.2,
  },
  {
    name: "hstore",
    index: on("gin", [key("extra")], { extension: "hstore" }),
    queries: ["select * from items where extra @> 'b=>17'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "scalar and array",
    index: on("gin", [key("status"), key("tags")], { extension: "btree_gin" }),
    queries: ["select * from items where status = 'new' and tags @> '{tag50}'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "tsvector expression",
    index: on("gin", [expression("to_tsvector('simple'::regconfig, body)")]),
    queries: ["select * from items where to_tsvector('simple', body) @@ to_tsquery('simple', 'c4c')"],
    sizeWithin: 0.25,
    costWithin: 0.6,
  },
  {
    name: "range",
    index: on("gist", [key("during")]),
    queries: ["select * from items where during @> timestamptz '2024-02-01 10:00'"],
    sizeWithin: 0.35,
    costWithin: 0.1,
  },
  {
    name: "point",
    index: on("gist", [key("place")]),
    queries: ["select * from items where place <@ box '((10,10),(40,40))'", "select * from items order by place <-> point '(5,5)' limit 5"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "btree_gist",
    index: on("gist", [key("owner"), key("during")], { extension: "btree_gist" }),
    queries: ["select * from items where owner = 5 and during && tstzrange('2024-02-01', '2024-02-03')"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "gist trigram",
    index: on("gist", [opclass("email", "gist_trgm_ops")], { extension: "pg_trgm" }),
    queries: ["select * from items order by email <-> 'User500' limit 5"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "address",
    index: on("spgist", [key("ip")]),
    queries: ["select * from items where ip << '10.3.0.0/16'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "spgist text",
    index: on("spgist", [key("email")]),
    queries: ["select * from items where email ^@ 'User777'"],
    sizeWithin: 0.25,
    costWithin: 0.1,
  },
  {
    name: "hnsw",
    index: index({ schema: "public", name: "vectors" }, "hnsw", [opclass("embedding", "vector_l2_ops")], { extension: "vector" }),
    queries: [`select id from vectors order by embedding <-> '[${Array(32).fill(0.5).join(",")}]' limit 5`],
    sizeWithin: 0.1,
  },
  {
    name: "ivfflat",
    index: index({ schema: "public", name: "vectors" }, "ivfflat", [opclass("embedding", "vector_l2_ops")], {
      extension: "vector",
      storage: { lists: "20" },
    }),
    queries: [`select id from vectors order by embedding <-> '[${Array(32).fill(0.5).join(",")}]' limit 5`],
    sizeWithin: 0.15,
    costWithin: 0.1,
  },
  {
    name: "partitioned",
    index: index({ schema: "public", name: "metrics" }, "btree", [key("sensor"), key("at")]),
    queries: [
      "select * from metrics where sensor = 7 and at > '2024-04-20' and at < '2024-05-10'",
      "select count(*) from metrics where sensor = 250",
    ],
    sizeWithin: 0.06,
  },
];
