/**
 * A machine-learning platform as many grow: primary keys, one or two indexes from the first release, and
 * tables that outgrew them. Sizes are chosen to build in some 15 s in an embedded PostgreSQL.
 */
export const platformSchema = `
create extension hstore;
create extension pg_trgm;

create table teams (id int primary key, name text not null);
create table users (
  id bigint primary key,
  team_id int not null references teams,
  email text not null,
  full_name text not null,
  created_at timestamptz not null
);
create table models (
  id bigint primary key,
  owner_id bigint not null references users,
  name text not null,
  framework text not null,
  tags text[] not null,
  metadata jsonb not null,
  attributes hstore not null,
  description text not null,
  created_at timestamptz not null,
  archived_at timestamptz
);
create table model_versions (
  id bigint primary key,
  model_id bigint not null references models on delete cascade,
  version int not null,
  status text not null,
  artifact_uri text not null,
  size_bytes bigint not null,
  created_at timestamptz not null,
  unique (model_id, version)
);
create index model_versions_model_id_idx on model_versions (model_id);
create table training_runs (
  id bigint primary key,
  model_version_id bigint not null references model_versions on delete cascade,
  requested_by bigint not null references users,
  status text not null,
  parameters jsonb not null,
  priority int not null,
  queued_at timestamptz not null,
  finished_at timestamptz
);
create table metrics (
  id bigint primary key,
  model_version_id bigint not null,
  name text not null,
  step int not null,
  value double precision not null,
  recorded_at timestamptz not null
);
create table features (id int primary key, name text not null, data_type text not null);
create table feature_values (
  entity_id bigint not null,
  feature_id int not null references features,
  value double precision not null,
  source text not null,
  valid_at timestamptz not null
);
`;

/** Rows are made by arithmetic on the row number, so that every run has the same database. */
export const platformRows: readonly { readonly table: string; readonly sql: string }[] = [
  { table: "teams", sql: `insert into teams select i, 'team ' || i from generate_series(1, 60) i` },
  {
    table: "users",
    sql: `insert into users
select i, 1 + i % 60, 'Person.' || i || '@Team' || (i % 60) || '.example.org', 'Person ' || md5(i::text),
  timestamptz '2023-01-01' + i * interval '40 minutes'
from generate_series(1, 20000) i`,
  },
  {
    table: "models",
    sql: `insert into models
select i, 1 + (i * 7919) % 20000,
  (array['bert', 'resnet', 'xgboost', 'wide-deep', 'prophet', 'tabnet', 'whisper', 'unet'])[1 + i % 8] || '-' || left(md5(i::text), 12) || '-' || (i % 97),
  (array['pytorch', 'tensorflow', 'sklearn', 'jax'])[1 + (i * 13) % 4],
  array['team-' || (i % 60), 'domain-' || (i * 31 % 250), case when i % 40 = 0 then 'production' else 'research' end],
  jsonb_build_object('dataset', 'dataset-' || (i * 17 % 900), 'task', (array['classify', 'detect', 'forecast', 'rank'])[1 + i % 4],
    'accuracy', round((0.5 + (i * 37 % 5000) / 10000.0)::numeric, 4), 'gpu', i % 3 = 0,
    'hyper', jsonb_build_object('layers', 2 + i % 48, 'rate', (i % 100) / 1000.0)),
  hstore(array['region', 'r' || (i % 25), 'licence', 'l' || (i % 6), 'cost_center', 'cc-' || (i * 3 % 700)]),
  'Model number ' || i || ' trained by ' || md5((i * 3)::text) || ' for ' || md5((i * 5)::text),
  timestamptz '2023-06-01' + i * interval '25 minutes',
  case when i % 12 <> 0 then timestamptz '2023-09-01' + i * interval '25 minutes' end
from generate_series(1, 40000) i`,
  },
  {
    table: "model_versions",
    sql: `insert into model_versions
select i, 1 + (i - 1) / 3, 1 + (i - 1) % 3,
  case when i % 50 = 0 then 'serving' when i % 9 = 0 then 'staged' else 'retired' end,
  's3://artifacts/' || md5(i::text) || '/' || md5((i * 7)::text) || '.tar', 1000000 + (i * 7919) % 900000000,
  timestamptz '2023-06-01' + i * interval '8 minutes'
from generate_series(1, 120000) i`,
  },
  {
    table: "training_runs",
    sql: `insert into training_runs
select i, 1 + (i * 7) % 120000, 1 + (i * 101) % 20000,
  case when i > 99600 then 'queued' when i % 30 = 0 then 'failed' else 'succeeded' end,
  jsonb_build_object('epochs', 1 + i % 90, 'seed', i), i % 10,
  timestamptz '2024-01-01' + i * interval '5 minutes',
  case when i <= 99600 then timestamptz '2024-01-01' + i * interval '5 minutes' + (i % 300) * interval '1 minute' end
from generate_series(1, 100000) i`,
  },
  {
    table: "metrics",
    sql: `insert into metrics
select i, 1 + (i * 37) % 120000, (array['loss', 'accuracy', 'f1', 'latency_ms', 'throughput'])[1 + i % 5], i % 1000, (i::bigint * 7919 % 100000) / 1000.0,
  timestamptz '2024-01-01' + i * interval '30 seconds'
from generate_series(1, 500000) i`,
  },
  {
    table: "features",
    sql: `insert into features select i, 'feature_' || i, (array['float', 'int', 'bool'])[1 + i % 3] from generate_series(1, 40) i`,
  },
  {
    table: "feature_values",
    sql: `insert into feature_values
select 1 + (i::bigint * 7919) % 9000, 1 + (i / 9000) % 40, (i % 1000) / 7.0, (array['batch', 'stream', 'backfill'])[1 + i % 3],
  timestamptz '2024-03-01' + i * interval '45 seconds'
from generate_series(1, 360000) i`,
  },
];
