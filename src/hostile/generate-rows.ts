import type { Random } from "./random.ts";
import type { ValuePool } from "./value-pools.ts";

/** A table to fill, after the tables its foreign keys name. */
export interface HostTable {
  /** `"schema"."name"`. */
  readonly name: string;
  /** Those an INSERT may name: generated columns compute themselves. */
  readonly columns: readonly HostColumn[];
  /** Column names of primary keys and unique constraints. */
  readonly keys: readonly (readonly string[])[];
  readonly foreignKeys: readonly HostForeignKey[];
}
export interface HostColumn {
  readonly name: string;
  readonly nullable: boolean;
  /** A statement asks for its NULLs by name: rows that are to satisfy it hold one as often as not. */
  readonly nullWanted: boolean;
  readonly pool: ValuePool;
  /** Columns compared with one another share one, and so meet the same few values in a round. */
  readonly group: string;
  /** SQL of the n-th value of an endless row of different ones; null when the type has none. */
  readonly sequence: ((n: number) => string) | null;
}
export interface HostForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  /** Where the referenced columns stand in the parent's rows. */
  readonly places: readonly number[];
}

/** How one database is made; sizes and shares change from round to round so that each kind of predicate finds its case. */
export interface RoundShape {
  /** Number of the database: the values near a statement's constants take turns, so that none is left to luck. */
  readonly turn: number;
  readonly rows: number;
  /** 0–1. */
  readonly nullRate: number;
  /** Rows aimed at the predicates, 0–1. */
  readonly hitRate: number;
  /** Every table of the same size, or each drawn anew. */
  readonly even: boolean;
  /** One value a column and one parent for most rows: groups as large as the table. */
  readonly concentrated: boolean;
  /** The n-th odd value of its type for each column, and little else: NaN, infinity and empty texts meet themselves. Null: no. */
  readonly alike: number | null;
  /** Every group of columns takes one value, one that conditions ask for: rows of all tables join. */
  readonly meeting: boolean;
}

/** `{table → rows}`, each value as SQL. Rows may still violate a CHECK or a key: who inserts them leaves those out. */
export type Rows = ReadonlyMap<string, readonly (readonly string[])[]>;

export const nullSql = "NULL";

/** Rows for all tables, in the order given. */
export function generateRows(tables: readonly HostTable[], shape: RoundShape, random: Random): Rows {
  const focus = focusOf(tables, shape, random);
  const made = new Map<string, string[][]>();
  for (const table of tables) {
    const size = shape.even ? shape.rows : random.below(shape.rows + 1);
    made.set(table.name, rowsOf(table, size, { shape, random, focus, made }));
  }
  return made;
}

/** The few values that a group of columns takes in one round. */
interface Focus {
  readonly hits: readonly string[];
  readonly others: readonly string[];
}
interface Making {
  readonly shape: RoundShape;
  readonly random: Random;
  readonly focus: ReadonlyMap<HostColumn, Focus>;
  readonly made: ReadonlyMap<string, readonly (readonly string[])[]>;
}

function focusOf(tables: readonly HostTable[], shape: RoundShape, random: Random): Map<HostColumn, Focus> {
  const shared = new Map<string, Focus>();
  const places = new Map<string, number>();
  const focus = new Map<HostColumn, Focus>();
  const focusFor = ({ pool, group }: HostColumn): Focus => {
    if (shape.alike !== null) return oneOf(pool, shape.alike);
    if (!shape.meeting) return drawFocus(pool, shape, random);
    const place = places.get(group) ?? random.next();
    places.set(group, place);
    return oneAskedFor(pool, place);
  };
  for (const column of tables.flatMap((table) => table.columns)) {
    // Pools of one group differ by type; those of one type are made of the same constants.
    const key = `${column.group} ${column.pool.base.join()} ${column.pool.hits.join()}`;
    const known = shared.get(key) ?? focusFor(column);
    shared.set(key, known);
    focus.set(column, known);
  }
  return focus;
}

function drawFocus(
  { hits, near, base, paired, classes, aimed: aimedClasses }: ValuePool,
  { turn, concentrated }: RoundShape,
  random: Random,
): Focus {
  const most = concentrated ? 1 : 3;
  const some = (list: readonly string[], limit: number) => random.shuffled(list).slice(0, 1 + random.below(limit));
  // A value and its neighbour: the two parts of a cut text stand side by side.
  const neighbours = (at: number) => near.slice(at, at + 2);
  const onTurn = neighbours((2 * turn) % Math.max(1, near.length));
  // The most telling of the near values stand first.
  const telling = random.chance(0.5) ? neighbours(Math.floor(near.length * random.next() ** 2)) : [];
  // The two parts of a cut, each cut in its turn.
  const from = (2 * turn) % Math.max(1, hits.length);
  const aimed = paired ? hits.slice(from, from + 2) : some(hits, most);
  // One of each class in its turn, and one that makes a condition true for the rows that are aimed.
  const ofClass = (at: number) => (classes.length === 0 ? [] : [random.pick(classes[at % classes.length]!)]);
  const truest = aimedClasses.length === 0 || paired || random.chance(0.5) ? [] : [random.pick(random.pick(aimedClasses))];
  return {
    hits: [...aimed, ...truest],
    others: [...onTurn, ...telling, ...ofClass(turn), ...ofClass(random.below(1e6)), ...some(base, most)],
  };
}

/** Pools go through their odd values one after another. */
function oneOf({ base, extremes }: ValuePool, n: number): Focus {
  const odd = [...base, ...extremes];
  const value = odd[n % Math.max(1, odd.length)];
  return { hits: [], others: value === undefined ? [] : [value] };
}

/** `place`: 0–1, the same for columns of several types that are compared with one another. */
function oneAskedFor({ hits, base, near, aimed }: ValuePool, place: number): Focus {
  const asked = [hits, aimed.flat(), base, near].find((each) => each.length > 0) ?? [];
  const at = Math.floor(place * asked.length);
  return { hits: asked.slice(at, at + 1), others: [] };
}

function rowsOf(table: HostTable, size: number, making: Making): string[][] {
  const { random, shape } = making;
  const rows: string[][] = [];
  const taken = table.keys.map(() => new Set<string>());
  const position = new Map(table.columns.map((column, at) => [column.name, at]));
  for (let n = 0; n < size; n++) {
    for (let attempt = 0; attempt < 6; attempt++) {
      const previous = rows.length > 0 && random.chance(0.35) ? random.pick(rows) : null;
      const row = previous === null ? freshRow(table, making) : nearRow(table, previous, making);
      reachParents(table, row, rows, { ...making, position });
      if (attempt >= 2) numberKeys(table, row, position, { n, random });
      const keys = table.keys.map((key) => keyText(key, row, position));
      if (keys.some((key, at) => key !== null && taken[at]!.has(key))) continue;
      for (const [at, key] of keys.entries()) if (key !== null) taken[at]!.add(key);
      rows.push(row);
      break;
    }
  }
  return shape.rows > 3 ? random.shuffled(rows) : rows;
}

function freshRow(table: HostTable, making: Making): string[] {
  const aimed = making.random.chance(making.shape.hitRate);
  return table.columns.map((column) => draw(column, aimed, making));
}

/** Another row with one or two values changed: what a dropped or loosened condition would let through. */
function nearRow(table: HostTable, row: readonly string[], making: Making): string[] {
  const copy = [...row];
  const { random } = making;
  for (let changes = random.below(3); changes > 0; changes--) {
    const at = random.below(table.columns.length);
    const column = table.columns[at];
    if (column !== undefined) copy[at] = draw(column, false, making);
  }
  return copy;
}

function draw(column: HostColumn, aimed: boolean, { focus, random, shape }: Making): string {
  const nullRate = aimed ? (column.nullWanted ? 0.5 : shape.nullRate / 4) : shape.nullRate;
  if (column.nullable && random.chance(nullRate)) return nullSql;
  const { hits, others } = focus.get(column) ?? { hits: [], others: [] };
  const { pool } = column;
  if (aimed && hits.length > 0 && random.chance(0.8)) return random.pick(hits);
  const all = random.chance(0.15) ? [...pool.hits, ...pool.near, ...pool.base] : [...hits, ...others];
  return all.length === 0 ? nullSql : random.pick(all);
}

/** Foreign keys point at a row of the parent; a nullable one may point nowhere. */
function reachParents(
  table: HostTable,
  row: string[],
  siblings: readonly (readonly string[])[],
  making: Making & { readonly position: ReadonlyMap<string, number> },
): void {
  const { random, made, shape, position } = making;
  for (const key of table.foreignKeys) {
    const parents = key.table === table.name ? siblings : made.get(key.table);
    const own = key.columns.map((name) => position.get(name)).filter((at) => at !== undefined);
    const nullable = own.filter((at) => table.columns[at]!.nullable);
    const nowhere = nullable.length > 0 && (parents === undefined || parents.length === 0 || random.chance(shape.nullRate));
    if (nowhere) {
      for (const at of nullable) row[at] = nullSql;
      continue;
    }
    if (parents === undefined || parents.length === 0) continue;
    const parent = shape.concentrated && random.chance(0.97) ? parents[0]! : random.pick(parents);
    for (const [at, place] of key.places.entries()) {
      const column = own[at];
      const value = parent[place];
      if (column !== undefined && value !== undefined) row[column] = value;
    }
  }
}

/** Keys that the few values of a round cannot keep apart get a number of their own. */
function numberKeys(table: HostTable, row: string[], position: ReadonlyMap<string, number>, at: { n: number; random: Random }): void {
  const foreign = new Set(table.foreignKeys.flatMap((key) => key.columns));
  for (const key of table.keys) {
    const name = key.find((each) => !foreign.has(each)) ?? key[0];
    const place = name === undefined ? undefined : position.get(name);
    const column = place === undefined ? undefined : table.columns[place];
    if (place !== undefined && column?.sequence) row[place] = column.sequence(at.n + at.random.below(4));
  }
}

/** Null when a NULL keeps the row out of the key. */
function keyText(key: readonly string[], row: readonly string[], position: ReadonlyMap<string, number>): string | null {
  // `'1'` and `1` are one key.
  const values = key.map((name) => (row[position.get(name) ?? -1] ?? nullSql).replace(/^'(.*)'$/, "$1"));
  return values.includes(nullSql) ? null : JSON.stringify(values);
}
