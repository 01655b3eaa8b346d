/**
 * Statements such as applications send, the same for the same seed: joins, aggregates, windows, CTEs, LATERAL, set operations, DML
 * with ON CONFLICT and RETURNING, MERGE, jsonb and array operators, literals of all kinds and `$n`, DDL. All are valid PostgreSQL 16.
 */
export function statements(count: number, seed: number): string[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => statement(draw));
}

interface Draw {
  from<T>(choices: readonly T[]): T;
  /** From low to high, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
}

const tables = "users orders order_items products payments sessions events audit_log invoices customers shipments accounts".split(" ");
const columns = "id user_id order_id status created_at updated_at email name amount total price sku tenant_id deleted_at kind score".split(
  " ",
);

function statement(draw: Draw): string {
  const table = draw.from(tables);
  switch (draw.int(1, 14)) {
    case 1:
      return `select * from ${table} where id = $1`;
    case 2:
      return `insert into ${table} (name, email, amount) values ${list(draw, 1, 10, () => `(${value(draw)}, ${value(draw)}, ${value(draw)})`)} on conflict (id) do update set name = excluded.name, updated_at = now() returning id`;
    case 3:
      return `update ${table} t set ${draw.from(columns)} = ${value(draw)} from ${draw.from(tables)} s where s.id = t.user_id and ${condition(draw, "t")} returning t.*`;
    case 4:
      return `delete from ${table} a using ${draw.from(tables)} b where a.id = b.user_id and ${condition(draw, "b")}`;
    case 5:
      return `with recursive tree as (select id, 0 as depth from ${table} where ${condition(draw, table)} union all select c.id, t.depth + 1 from ${table} c join tree t on c.user_id = t.id), agg as materialized (${select(draw)}) select * from tree left join agg on true order by depth limit ${draw.int(10, 100)}`;
    case 6:
      return `select a.id, l.* from ${table} a cross join lateral (${select(draw)}) l where ${condition(draw, "a")}`;
    case 7:
      return `(${select(draw)}) ${draw.from(["union", "union all", "intersect", "except"])} (${select(draw)}) order by 1 limit 20`;
    case 8:
      return `create index concurrently if not exists idx_${draw.int(1, 999)} on ${table} using ${draw.from(["btree", "gin", "brin"])} (${draw.from(columns)}, lower(name) desc) include (sku) where ${draw.from(columns)} is not null`;
    case 9:
      return `merge into ${table} i using (select sku, sum(amount) q from order_items group by sku) s on i.sku = s.sku when matched and i.score < s.q then update set score = i.score - s.q when not matched then insert (sku, score) values (s.sku, ${value(draw)})`;
    default:
      return select(draw);
  }
}

function select(draw: Draw): string {
  const names = ["t0"];
  let from = `${draw.from(tables)} t0`;
  for (let at = 1; at < draw.int(1, 5); at++) {
    from += ` ${draw.from(["join", "left join", "full join"])} ${draw.from(tables)} t${at} on t${at}.${draw.from(columns)} = ${draw.from(names)}.${draw.from(columns)}`;
    names.push(`t${at}`);
  }
  const column = () => `${draw.from(names)}.${draw.from(columns)}`;
  const output = () =>
    draw.from([
      () => column(),
      () => `count(*) filter (where ${condition(draw, draw.from(names))}) as c${draw.int(1, 99)}`,
      () => `sum(${column()}) over (partition by ${column()} order by ${column()} desc)`,
      () => `coalesce(${column()}, ${value(draw)})`,
      () => `case when ${condition(draw, draw.from(names))} then ${value(draw)} else ${value(draw)} end`,
      () => `date_trunc('day', ${column()})`,
    ])();
  const where = Array.from({ length: draw.int(1, 5) }, () => condition(draw, draw.from(names))).join(draw.from([" and ", " and ", " or "]));
  const group = draw.chance(0.3) ? ` group by ${column()}, ${column()} having count(*) > ${draw.int(10, 50)}` : "";
  const order = draw.chance(0.6) ? ` order by ${column()} ${draw.from(["asc", "desc", "desc nulls last"])}` : "";
  const limit = draw.chance(0.5) ? ` limit ${draw.int(10, 100)} offset ${draw.int(10, 1000)}` : "";
  return `select ${list(draw, 1, 8, output)} from ${from} where ${where}${group}${order}${limit}`;
}

function condition(draw: Draw, name: string): string {
  const column = `${name}.${draw.from(columns)}`;
  return draw.from([
    () => `${column} = ${value(draw)}`,
    () => `${column} in (${list(draw, 2, 12, () => value(draw))})`,
    () => `${column} between ${value(draw)} and ${value(draw)}`,
    () => `lower(${column}) like '%${draw.from(["foo", "gmail"])}%'`,
    () => `${column} is ${draw.from(["", "not "])}null`,
    () => `${name}.payload @> '{"k": ${draw.int(10, 99)}}'::jsonb`,
    () => `${name}.payload->>'kind' = ${value(draw)}`,
    () => `(${column} > ${value(draw)} or ${column} < ${value(draw)})`,
    () => `${column} = any($1::int[])`,
    () => `not exists (select 1 from ${draw.from(tables)} z where z.user_id = ${name}.id and z.status <> ${value(draw)})`,
    () => `(${name}.id, ${column}) > (${value(draw)}, ${value(draw)})`,
    () => `${name}.tags && array['red', 'blue']`,
  ])();
}

function value(draw: Draw): string {
  return draw.from([
    () => String(draw.int(10, 1_000_000)),
    () => `'${draw.from(["active", "it''s", "alice@example.com", "🐘 名", "x".repeat(draw.int(1, 30))])}'`,
    () => `now() - interval '${draw.int(10, 90)} days'`,
    () => `$${draw.int(1, 8)}`,
    () => `${draw.int(10, 999)}.${draw.int(10, 99)}`,
    () => `date '2026-01-${draw.int(10, 28)}'`,
    () => "E'a\\'b'",
    () => "-42",
  ])();
}

function list(draw: Draw, low: number, high: number, piece: () => string): string {
  return Array.from({ length: draw.int(low, high) }, piece).join(", ");
}

/** mulberry32. */
function random(seed: number): Draw {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    from: (choices) => choices[Math.floor(next() * choices.length)]!,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
  };
}
