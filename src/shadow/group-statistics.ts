import { qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { SampleTable } from "./row-samples.ts";
import { sampledCombinations } from "./sample-statistics.ts";

/** Of MVNDistinct (statistics.h): STATS_NDISTINCT_MAGIC and STATS_NDISTINCT_TYPE_BASIC. */
const magic = 0xa352bfa4;
const basicType = 1;
/** Subsets of more columns are not counted: 26 for five. */
const mostColumns = 5;

/**
 * What ANALYZE would keep of the different combinations of each two and more of the columns, carried over from the sample to the whole
 * table: the bytes of a pg_ndistinct, as hex (statext_ndistinct_serialize(), mvdistinct.c). Null where it cannot be counted.
 */
export async function groupStatistics(
  database: EmbeddedDatabase,
  sample: SampleTable,
  { relation, targets }: { readonly relation: RelationName; readonly targets: readonly string[] },
): Promise<string | null> {
  if (targets.length < 2 || targets.length > mostColumns) return null;
  const rows = await relationRows(database, relation);
  const numbers = await columnNumbers(database, relation, targets);
  if (rows === null || numbers === null) return null;
  const items: { readonly numbers: readonly number[]; readonly distinct: number }[] = [];
  for (const subset of subsets(numbers)) {
    const found = await sampledCombinations(
      database,
      sample,
      subset.map((each) => each.target),
      rows,
    );
    if (found === null) return null;
    items.push({ numbers: subset.map((each) => each.number), distinct: found });
  }
  return serialized(items);
}

/** Rows of the whole table, as production's ANALYZE had it; null when it never ran. */
export async function relationRows(database: EmbeddedDatabase, relation: RelationName): Promise<number | null> {
  const [row] = await database.session.query<{ rows: number }>(
    "select reltuples::float8 as rows from pg_class where oid = to_regclass($1)",
    [qualified(relation)],
  );
  return row && row.rows > 0 ? row.rows : null;
}

interface Numbered {
  readonly target: string;
  readonly number: number;
}

/** In the order of the table, as pg_statistic_ext.stxkeys has them. */
async function columnNumbers(database: EmbeddedDatabase, relation: RelationName, targets: readonly string[]): Promise<Numbered[] | null> {
  const found = await database.session.query<Numbered>(
    `select t.target, a.attnum::int as number from json_array_elements_text($2::json) t (target)
       join pg_attribute a on a.attrelid = to_regclass($1) and quote_ident(a.attname) = quote_ident((parse_ident(t.target))[1]) and a.attnum > 0
     order by a.attnum`,
    [qualified(relation), JSON.stringify(targets)],
  );
  return found.length === targets.length ? found : null;
}

function subsets(all: readonly Numbered[]): Numbered[][] {
  const found: Numbered[][] = [];
  for (let mask = 0; mask < 1 << all.length; mask += 1) {
    const chosen = all.filter((_, at) => mask & (1 << at));
    if (chosen.length >= 2) found.push(chosen);
  }
  return found.toSorted((a, b) => a.length - b.length);
}

function serialized(items: readonly { readonly numbers: readonly number[]; readonly distinct: number }[]): string {
  const buffer = Buffer.alloc(12 + items.reduce((sum, each) => sum + 12 + 2 * each.numbers.length, 0));
  buffer.writeUInt32LE(magic, 0);
  buffer.writeUInt32LE(basicType, 4);
  buffer.writeUInt32LE(items.length, 8);
  let at = 12;
  for (const { numbers, distinct } of items) {
    buffer.writeDoubleLE(Math.round(distinct), at);
    buffer.writeInt32LE(numbers.length, at + 8);
    at += 12;
    for (const number of numbers) at = buffer.writeInt16LE(number, at);
  }
  return buffer.toString("hex");
}
