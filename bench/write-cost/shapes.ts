/** A table that is written to, and indexes of many kinds on it. */
export interface WriteShape {
  readonly name: string;
  readonly create: string;
  /** SELECT list for row number i of generate_series. */
  readonly row: string;
  /** Assignments of the update-heavy run: columns that indexes hold and one that none does. */
  readonly update: string;
  readonly kinds: Readonly<Record<string, string>>;
  /** Sets of several indexes, by name. */
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

/** Short columns, few elements. */
export const events: WriteShape = {
  name: "events",
  create: `create table %T (id bigint, account int, kind int, at timestamptz, label text, amount numeric, tags text[], doc jsonb, place point, during tstzrange, counter int)`,
  row: `i, (i * 7919) % 20000, i % 50, timestamptz '2024-01-01' + i * interval '1 second', md5(i::text), (i % 1000) / 7.0,
    array['t' || i % 90, 'u' || i % 400, 'v' || i % 7], jsonb_build_object('k', i % 300, 'plan', 'p' || i % 5, 'n', i), point((i * 7907) % 1000, (i * 104729) % 1000),
    tstzrange(timestamptz '2024-01-01' + ((i * 7919) % 500000) * interval '1 minute', timestamptz '2024-01-02' + ((i * 7919) % 500000) * interval '1 minute'), 0`,
  update: "account = account + 1, counter = counter + 1",
  kinds: {
    "btree int": "(account)",
    "btree int, time": "(account, at)",
    "btree time": "(at)",
    "btree text": "(label)",
    "btree few values, included": "(kind) include (amount, at)",
    "btree partial": "(account) where kind < 5",
    "btree expression": "(lower(label))",
    hash: "using hash (label)",
    "gin array": "using gin (tags)",
    "gin jsonb paths": "using gin (doc jsonb_path_ops)",
    "gin jsonb": "using gin (doc)",
    brin: "using brin (at)",
    "gist point": "using gist (place)",
    "gist range": "using gist (during)",
    "spgist point": "using spgist (place)",
  },
  sets: {
    "3: two btrees, brin": ["btree int", "btree text", "brin"],
    "3: btree, gin, brin": ["btree int, time", "gin array", "brin"],
    "3: btree, gist, hash": ["btree time", "gist range", "hash"],
    "6: three btrees, two gin, brin": ["btree int", "btree text", "btree few values, included", "gin array", "gin jsonb paths", "brin"],
    "6: three btrees, partial, gin, gist": [
      "btree int, time",
      "btree time",
      "btree expression",
      "btree partial",
      "gin jsonb",
      "gist point",
    ],
  },
};

/** Wide rows, longer texts and many elements. The constants were not fitted to it. */
export const notes: WriteShape = {
  name: "notes",
  create: `create table %T (id bigint, author uuid, team int, title text, body text, words tsvector, labels int[], meta jsonb, made date, score float8, counter int)`,
  row: `i, md5((i % 30000)::text)::uuid, (i * 31) % 700, 'note ' || md5((i % 5000)::text), repeat(md5(i::text) || ' ', 4), to_tsvector('simple', substr(md5(i::text), 1, 3) || ' ' || substr(md5(i::text), 5, 3) || ' ' || substr(md5(i::text), 9, 3) || ' ' || substr(md5((i % 900)::text), 1, 2) || ' red green w' || i % 2000),
    array[(i * 13) % 3000, (i * 17) % 500, i % 40, (i * 7) % 9000, i % 3]::int[], jsonb_build_object('a', i % 1000, 'b', jsonb_build_object('c', md5((i % 700)::text), 'd', i % 2 = 0), 'list', jsonb_build_array(i % 17, i % 23)), date '2020-01-01' + (i / 500)::int, (i * 104729) % 100000 / 7.0, 0`,
  update: "team = team + 1, counter = counter + 1",
  kinds: {
    "btree uuid": "(author)",
    "btree text": "(title)",
    "btree date": "(made)",
    "btree int, float": "(team, score)",
    "gin words": "using gin (words)",
    "gin ints": "using gin (labels)",
    "gin jsonb paths": "using gin (meta jsonb_path_ops)",
    "gin trigrams": "using gin (title gin_trgm_ops)",
    brin: "using brin (made)",
  },
  sets: {
    "3: btrees": ["btree uuid", "btree text", "btree date"],
    "3: btree, two gin": ["btree int, float", "gin words", "gin ints"],
    "6: three btrees, gin, gin, brin": ["btree uuid", "btree text", "btree int, float", "gin ints", "gin jsonb paths", "brin"],
  },
};
