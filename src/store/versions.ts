/** What each version of the store adds. Never edit one that was released: add another. */
export interface StoreVersion {
  readonly version: number;
  readonly sql: string;
}

export const storeVersions: readonly StoreVersion[] = [
  {
    version: 1,
    sql: `
create table plansmith.report (
  id bigint generated always as identity primary key,
  target text not null,
  generated_at timestamptz not null,
  saved_at timestamptz not null default now(),
  body jsonb not null
);
create index on plansmith.report (target, generated_at desc, id desc);

create table plansmith.document (
  id text primary key,
  kind text not null check (kind in ('statement', 'recommendation', 'case')),
  title text not null,
  body text not null,
  details jsonb not null,
  report_id bigint references plansmith.report on delete cascade,
  words tsvector not null generated always as (setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', body)) stored
);
create index on plansmith.document using gin (words);
create index on plansmith.document (report_id);

-- One row per document and model: a vector without its model's name is a number without its unit.
create table plansmith.document_vector (
  document_id text not null references plansmith.document on delete cascade,
  kind text not null,
  model text not null,
  vector vector not null,
  primary key (document_id, model)
);

create table plansmith.cached_vector (
  key text primary key,
  model text not null,
  vector vector not null
);`,
  },
  {
    // What comparisons read of a report, small; null for reports of version 1, which are cut down when they are read.
    version: 2,
    sql: `
alter table plansmith.report add column summary jsonb;

create table plansmith.statement_text (
  digest text primary key,
  sql text not null
);`,
  },
];

export const currentVersion = storeVersions.at(-1)!.version;
