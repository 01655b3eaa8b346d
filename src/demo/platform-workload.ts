/** One statement of the demo application; `$n` in `sql` is filled from `bind(call)`. */
export interface DemoStatement {
  readonly sql: string;
  readonly calls: number;
  readonly bind: (call: number) => readonly string[];
}

const hour = (n: number) =>
  `2024-${String(2 + (n % 4)).padStart(2, "0")}-${String(1 + (n % 27)).padStart(2, "0")} ${String(n % 24).padStart(2, "0")}:00+00`;

/** What the platform's services and dashboards ask. Calls are few, so that the demo is quick; the mix is what counts. */
export const platformWorkload: readonly DemoStatement[] = [
  // The training page: one metric of one version, newest first.
  {
    sql: "select step, value, recorded_at from metrics where model_version_id = $1 and name = $2 order by recorded_at desc limit 100",
    calls: 12,
    bind: (call) => [String(1 + call * 977), "'loss'"],
  },
  // The operations dashboard: one week of all metrics.
  {
    sql: "select name, count(*), avg(value), max(value) from metrics where recorded_at >= $1::timestamptz and recorded_at < $1::timestamptz + interval '7 days' group by name",
    calls: 8,
    bind: (call) => [`'${hour(call)}'`],
  },
  // Moving average over a window of time.
  {
    sql: "select recorded_at, avg(value) over (order by recorded_at rows between 20 preceding and current row) from metrics where recorded_at between $1 and $2 and name = $3",
    calls: 5,
    bind: (call) => [`'${hour(call)}'`, `'${hour(call).replace(/ \d\d:/, " 23:")}'`, "'latency_ms'"],
  },
  // The registry's search page.
  {
    sql: "select id, name, framework from models where name ilike $1 limit 20",
    calls: 8,
    bind: (call) => [`'%${(call * 7 + 16).toString(16)}f${call}%'`],
  },
  { sql: "select id, name from models where tags @> $1", calls: 10, bind: (call) => [`array['domain-${call}', 'production']`] },
  {
    sql: "select id, name, metadata -> 'accuracy' from models where metadata @> $1",
    calls: 10,
    bind: (call) => [`'{"dataset": "dataset-${call * 11}", "task": "rank"}'`],
  },
  { sql: "select id, name from models where attributes @> $1", calls: 6, bind: (call) => [`'cost_center=>cc-${call * 9}'::hstore`] },
  // Log-in by address, typed in any case.
  {
    sql: "select id, full_name, team_id from users where lower(email) = lower($1)",
    calls: 15,
    bind: (call) => [`'person.${call * 31 + 1}@team${(call * 31 + 1) % 60}.example.org'`],
  },
  // The start page: newest models that are not archived.
  {
    sql: "select id, name, owner_id, created_at from models where archived_at is null order by created_at desc limit 30",
    calls: 12,
    bind: () => [],
  },
  { sql: "select id, name from models where owner_id = $1 and archived_at is null", calls: 10, bind: (call) => [String(call * 37)] },
  // The scheduler takes the next run.
  {
    sql: "select id, model_version_id from training_runs where finished_at is null order by priority desc, queued_at limit 10",
    calls: 12,
    bind: () => [],
  },
  {
    sql: "select id, status, queued_at from training_runs where requested_by = $1 order by queued_at desc limit 20",
    calls: 10,
    bind: (call) => [String(1 + call * 101)],
  },
  // Storage report: how much each owner's models take.
  {
    sql: "select m.owner_id, sum(v.size_bytes) from models m join model_versions v on v.model_id = m.id where m.owner_id = any($1) group by m.owner_id",
    calls: 6,
    bind: (call) => [`array[${[1, 2, 3].map((n) => n * 7 + call).join(", ")}]`],
  },
  { sql: "select status, count(*) from model_versions group by status", calls: 3, bind: () => [] },
  // The feature store: the latest value, and one entity's values over time.
  {
    sql: "select value, valid_at from feature_values where entity_id = $1 and feature_id = $2 and valid_at <= $3 order by valid_at desc limit 1",
    calls: 20,
    bind: (call) => [String(1 + call * 13), String(1 + (call % 40)), "'2024-08-01'"],
  },
  {
    sql: "select feature_id, avg(value) from feature_values where entity_id = $1 and valid_at >= $2 group by feature_id",
    calls: 8,
    bind: (call) => [String(1 + call * 17), "'2024-05-01'"],
  },
  // Filters that keep much of a table: no index pays.
  { sql: "select count(*) from training_runs where status = $1", calls: 3, bind: () => ["'succeeded'"] },
  { sql: "select count(*) from feature_values where source <> $1", calls: 3, bind: () => ["'batch'"] },
  // Already served, or too small to matter.
  { sql: "select * from models where id = $1", calls: 40, bind: (call) => [String(call + 1)] },
  { sql: "select * from features where data_type = $1", calls: 10, bind: () => ["'float'"] },
  {
    sql: "update training_runs set status = $1, finished_at = now() where id = $2",
    calls: 6,
    bind: (call) => ["'failed'", String(99700 + call)],
  },
  {
    sql: "delete from users where id = $1 and not exists (select 1 from models where owner_id = users.id)",
    calls: 2,
    bind: (call) => [String(19999 + call * 5)],
  },
  // Statements as applications write them, which another wording would serve better.
  { sql: "select id, name from models where $1 = any(tags)", calls: 8, bind: (call) => [`'domain-${call * 3}'`] },
  { sql: "select id, status from training_runs where queued_at::date = $1", calls: 8, bind: (call) => [`'2024-03-${10 + call}'`] },
  {
    sql: "select distinct m.id, m.name from models m join model_versions v on v.model_id = m.id where v.size_bytes > $1",
    calls: 4,
    bind: (call) => [String(1_000_000 * (call + 1))],
  },
  { sql: "select m.id, m.name from models m left join model_versions v on v.model_id = m.id where v.id is null", calls: 3, bind: () => [] },
  {
    sql: "select r.status, count(*) from training_runs r join users u on u.id = r.requested_by where r.priority > $1 group by r.status",
    calls: 4,
    bind: (call) => [String(call)],
  },
  // The teams page: how many people each has, and who joined last.
  {
    sql: "select t.id, t.name, (select count(*) from users u where u.team_id = t.id) as members from teams t order by t.id",
    calls: 4,
    bind: () => [],
  },
  {
    sql: "select distinct on (team_id) team_id, full_name, created_at from users order by team_id, created_at desc, id",
    calls: 4,
    bind: () => [],
  },
  // The queue with the names of those who wait.
  {
    sql: "select r.id, r.status, u.full_name from training_runs r left join users u on u.id = r.requested_by order by r.finished_at desc nulls last, r.id limit 50",
    calls: 4,
    bind: () => [],
  },
  // The filter box of the runs page.
  { sql: "select distinct status from training_runs", calls: 6, bind: () => [] },
];
