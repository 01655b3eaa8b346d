import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";

const columns = `id bigint, n int, total numeric, d date, ts timestamp, tz timestamptz, tm time, span interval, t text, vc varchar, c char(5),
  b boolean, u uuid, j jsonb, a text[], ai int[], r tstzrange, ir int4range, v tsvector, addr inet, net cidr, p point, by bytea`;
const catalog = literalCatalog([table("things", columns)]);

/** Every one is tried as an index key: PostgreSQL refuses what is not immutable with 42P17. */
const expressions =
  `lower(t) | upper(vc) | md5(t) | reverse(t) | t || vc | t || ' ' || vc | t || n | t || d | concat(t, vc) | concat_ws(' ', t, vc) | format('%s', t)
  | length(t) | substring(t from 1 for 3) | substr(t, 1, 3) | left(t, 3) | trim(both from t) | btrim(t) | split_part(t, ',', 1) | regexp_replace(t, 'a', 'b')
  | replace(t, 'a', 'b') | translate(t, 'a', 'b') | initcap(t) | position('a' in t) | strpos(t, 'a') | starts_with(t, 'a') | t like 'a%' | t ~ 'a' | t = 'a'
  | coalesce(t, '') | nullif(t, '') | greatest(n, 1) | case when b then t else vc end | abs(n) | n + 1 | n * total | total / 2 | n % 2 | round(total, 2)
  | floor(total) | n::text | total::text | n::numeric | n::bigint | total::int | t::int | t::numeric | t::bigint | t::uuid | t::boolean | t::date | t::timestamp
  | t::timestamptz | t::interval | t::inet | t::jsonb | u::text | j::text | b::text | addr::text | a::text | d::text | ts::text | tz::text | span::text
  | d::timestamp | d::timestamptz | ts::date | ts::time | ts::timestamptz | tz::date | tz::timestamp | tz::time | tm::interval
  | date(ts) | date(tz) | date_trunc('day', ts) | date_trunc('day', tz) | date_trunc('day', d) | date_trunc('hour', span)
  | date_trunc('day', tz at time zone 'UTC') | tz at time zone 'UTC' | ts at time zone 'UTC' | (tz at time zone 'UTC')::date | date_bin('1 hour', ts, '2020-01-01')
  | date_bin('1 hour', tz, '2020-01-01') | extract(year from ts) | extract(year from tz) | extract(epoch from tz) | extract(dow from d) | date_part('year', ts)
  | date_part('year', tz) | age(ts, ts) | age(tz) | to_char(ts, 'YYYY') | to_char(n, '9') | to_date(t, 'YYYY') | to_timestamp(n) | to_timestamp(t, 'YYYY')
  | d + 1 | d - 1 | d - d | d + span | ts + span | ts - ts | tz + span | tz - interval '1 day' | tz - tz | d > ts | d > tz | ts > tz | tz > ts | d = d
  | j ->> 'a' | j -> 'a' ->> 'b' | j #>> '{a,b}' | (j ->> 'a')::int | (j ->> 'a')::numeric | (j ->> 'a')::date | (j ->> 'a')::timestamptz | (j ->> 'a')::boolean
  | j @> '{}' | j ? 'a' | j || '{}' | (j -> 'a')::int | jsonb_array_length(j) | jsonb_typeof(j) | jsonb_extract_path_text(j, 'a') | jsonb_path_exists(j, '$.a')
  | jsonb_path_query_array(j, '$.a') | jsonb_path_exists_tz(j, '$.a') | jsonb_build_object('a', t) | to_jsonb(t) | array_length(a, 1) | cardinality(a) | a || array['x']
  | a || a | array_to_string(a, ',') | string_to_array(t, ',') | a[1] | a @> array['x'] | array_position(a, 'x') | array_append(a, t)
  | to_tsvector(t) | to_tsvector('english', t) | to_tsvector('english', coalesce(t, '') || ' ' || coalesce(vc, '')) | to_tsvector('english'::regconfig, t)
  | to_tsvector('english', j) | setweight(to_tsvector('simple', t), 'A') | v @@ to_tsquery('english', 'a') | v @@ to_tsquery('a') | t @@ 'a' | plainto_tsquery('english', t)
  | lower(r) | upper(ir) | isempty(r) | r @> now() | r && tstzrange('2020-01-01', '2021-01-01') | int4range(n, n + 1) | tstzrange(tz, tz) | tsrange(ts, ts)
  | host(addr) | masklen(net) | addr << '10.0.0.0/8' | p <-> point '(0,0)' | encode(by, 'hex') | sha256(by) | convert_from(by, 'UTF8') | hashtext(t)
  | c::text | vc::text | c || t | now() | tz > now() | current_date - d | random() | clock_timestamp() - tz | gen_random_uuid() | t || current_user | b is true
  | t is null | not b | b and n > 1 | n between 1 and 2 | t in ('a', 'b') | n = any(ai) | (n, id) = (1, 2) | make_date(n, 1, 1) | make_timestamptz(n, 1, 1, 1, 1, 1)
  | make_interval(days => n) | timezone('UTC', tz) | timezone('UTC', ts) | justify_days(span) | ascii(t) | chr(n) | lpad(t, 5) | to_hex(n) | power(n, 2) | sqrt(n)
  | similar_to_escape(t) | num_nulls(t, n) | quote_literal(t) | quote_ident(t) | parse_ident(t) | width_bucket(n, 0, 10, 5) | regexp_match(t, 'a') | unistr(t)`
    .split(/\s+\|\s(?=\S)/)
    .map((each) => each.replaceAll(/\s+/g, " ").trim());

describe("volatility", () => {
  let database: PGlite;
  beforeAll(async () => {
    await loadGrammar();
    database = await PGlite.create();
    await database.exec(`create table things (${columns})`);
  });
  afterAll(() => database.close());

  test.each(expressions)("%s is judged as PostgreSQL judges it", async (expression) => {
    const [scan] = factsOf(`select id from things order by ${expression}`, catalog).scans;
    const [key] = scan?.sort ?? [];
    const verdict = key ? key.on.immutable : false;
    // As a key over a row, so that types without an order are not refused for that.
    const create = (sql: string) => database.exec(`create index on things ((((${sql})) is null))`);
    const refusal = await create(expression).then(
      () => null,
      (error: { code?: string }) => error.code,
    );
    expect(refusal === null || refusal === "42P17", refusal ?? "").toBe(true);
    expect(verdict).toBe(refusal === null);
    // The text we would put into CREATE INDEX means the same to PostgreSQL.
    if (key && verdict) await create(key.on.sql);
  });
});
