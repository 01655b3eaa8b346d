import type { Column, ColumnStatistics } from "../domain/catalog.ts";
import { ident, literal } from "../domain/identifier.ts";
import { parseArrayText } from "../syntax/array-text.ts";

/** A column that an expression reads, with statistics that show values. */
export interface BaseColumn {
  readonly column: Column;
  readonly statistics: ColumnStatistics;
}

/** Points interpolated in each histogram bin of a numeric or time column, to see how many values a bin maps to. */
export const pointsPerBin = 30;
/** Rows drawn when an expression reads several columns: a tenth of a percent of them is still a dozen. */
const jointRows = 10_000;
/** Types on which `low + (high - low) * fraction` means something. */
const interpolable = /^(timestamp|date|smallint|integer|bigint|numeric|double precision|real)/;
/** Types whose interpolated values must be whole. */
const whole = /^(smallint|integer|bigint|date)/;
/** Powers of 4: from steps between neighbouring values up to steps across a bin. */
const clusterScales = 12;

/** Columns of the sample beside those of the table. */
export const sampleColumns = "plansmith_weight, plansmith_sampled, plansmith_cluster, plansmith_step";

/**
 * A `select` of sampled rows: one column per base column under its own name, then the weight (part of the rows,
 * 0–1), `sampled` (false for NULL and a most common value, whose weights are known), `cluster` (null, or a group of
 * neighbouring values whose only use is to show the expression's granularity) and `step` (their distance, in base
 * values). Null when the statistics show no value.
 */
export function sampleSource(bases: readonly BaseColumn[], rows: number): string | null {
  const [base] = bases;
  if (!base) return null;
  if (bases.length > 1) return jointSource(bases);
  const { column, statistics } = base;
  const common = statistics.mostCommonValues === null ? [] : parseArrayText(statistics.mostCommonValues);
  const frequencies = statistics.mostCommonFrequencies ?? [];
  const bounds = statistics.histogramBounds === null ? [] : parseArrayText(statistics.histogramBounds);
  const rest = Math.max(0, 1 - statistics.nullFraction - frequencies.reduce((sum, each) => sum + each, 0));
  const parts: string[] = [];
  if (common.length > 0)
    parts.push(
      `select v::${column.type}, w::float8, false, null::int, null::float8
       from unnest(${textArray(common)}, array[${frequencies.slice(0, common.length).join(",")}]::float8[]) u (v, w)`,
    );
  if (bounds.length > 1 && interpolable.test(column.type)) parts.push(...interpolated(column, statistics, bounds, rest, rows));
  else if (bounds.length > 0)
    parts.push(
      `select v::${column.type}, ${rest / bounds.length}::float8, true, null::int, null::float8 from unnest(${textArray(bounds)}) u (v)`,
    );
  if (parts.length === 0) return null;
  if (statistics.nullFraction > 0)
    parts.push(`select null::${column.type}, ${statistics.nullFraction}::float8, false, null::int, null::float8`);
  return `select * from (${parts.join(" union all ")}) s (${ident(column.name)}, ${sampleColumns})`;
}

/** Whether values between the histogram's bounds can be made. */
export function isInterpolated(bases: readonly BaseColumn[]): boolean {
  return bases.length === 1 && bases[0]!.statistics.histogramBounds !== null && interpolable.test(bases[0]!.column.type);
}

function interpolated(
  column: Column,
  statistics: ColumnStatistics,
  bounds: readonly (string | null)[],
  rest: number,
  rows: number,
): string[] {
  const bins = bounds.length - 1;
  const distinct = statistics.distinct < 0 ? -statistics.distinct * rows : statistics.distinct;
  const perBin = Math.max(1, distinct / bins);
  const bin = `(select v::${column.type} as low, lead(v::${column.type}) over (order by n) as high, n
                from unnest(${textArray(bounds)}) with ordinality u (v, n)) b`;
  const at = (fraction: string) =>
    whole.test(column.type)
      ? `(low + round(((high - low) * (${fraction}))::numeric)::int8::${column.type === "bigint" ? "int8" : "int4"})::${column.type}`
      : `(low + (high - low) * (${fraction}))::${column.type}`;
  // A few bins are looked at closely: runs of points 1, 4, 16, … neighbouring values apart.
  const probed = [...new Set([Math.ceil(bins / 4), Math.ceil(bins / 2), Math.ceil((bins * 3) / 4)])].join(",");
  return [
    `select ${at(`g::float8 / ${pointsPerBin}`)}, ${rest / bins / pointsPerBin}::float8, true, null::int, null::float8
     from ${bin}, generate_series(0, ${pointsPerBin - 1}) g where high is not null`,
    `select ${at(`least(1, g * 4::float8 ^ s / ${perBin})`)}, 0::float8, true, (n * 100 + s)::int, 4::float8 ^ s
     from ${bin}, generate_series(0, ${clusterScales}) s, generate_series(0, ${pointsPerBin - 1}) g
     where high is not null and n in (${probed}) and ${pointsPerBin} * 4::float8 ^ s <= ${perBin}`,
  ];
}

/** Columns that both follow the order on disk, such as the start and the end of something: they rise together. */
export function riseTogether(bases: readonly BaseColumn[]): boolean {
  return bases.every(
    ({ column, statistics }) =>
      interpolable.test(column.type) && statistics.histogramBounds !== null && Math.abs(statistics.correlation ?? 0) > inOrder,
  );
}

/** Correlation from which two columns in the order of the disk are taken to be in each other's. */
const inOrder = 0.95;

/**
 * Rows whose columns are drawn from their statistics: independently, or at the same rank where they rise together. Random numbers
 * are hashes of the row's number, so that every run draws the same.
 */
function jointSource(bases: readonly BaseColumn[]): string {
  const together = riseTogether(bases);
  const columns = bases.map(({ column, statistics }, position) => {
    const draw = uniform(2 * position);
    const rank = uniform(together ? 1 : 2 * position + 1);
    return `${drawn(column, statistics, draw, rank)} as ${ident(column.name)}`;
  });
  return `select ${columns.join(", ")}, ${1 / jointRows}::float8 as plansmith_weight, true as plansmith_sampled, null::int as plansmith_cluster,
          null::float8 as plansmith_step
          from generate_series(1, ${jointRows}) g`;
}

/** Uniform in [0, 1), by row and `seed`. */
function uniform(seed: number): string {
  return `(((hashint4extended(g, ${seed + 1}) >> 11) & 9007199254740991)::float8 / 9007199254740992)`;
}

/** NULL, a most common value, or a value of the histogram, as often as the statistics say. */
function drawn(column: Column, statistics: ColumnStatistics, draw: string, rank: string): string {
  const common = statistics.mostCommonValues === null ? [] : parseArrayText(statistics.mostCommonValues);
  const bounds = statistics.histogramBounds === null ? [] : parseArrayText(statistics.histogramBounds);
  const frequencies = (statistics.mostCommonFrequencies ?? []).slice(0, common.length);
  let reached = statistics.nullFraction;
  // Where each common value begins on the line from 0 to 1; behind the last of them, the histogram.
  const starts = [reached, ...frequencies.map((frequency) => (reached += frequency))];
  if (bounds.length === 0) starts.pop();
  const values = `(${textArray(common)})[width_bucket(${draw}, array[${starts.join(",")}]::float8[])]`;
  const isCommon = common.length === 0 ? null : `when ${draw} < ${bounds.length === 0 ? 1 : starts.at(-1)} then ${values}::${column.type}`;
  const fromHistogram = bounds.length === 0 ? `null::${column.type}` : betweenBounds(column, bounds, rank);
  return `case when ${draw} < ${statistics.nullFraction} then null::${column.type} ${isCommon ?? ""} else ${fromHistogram} end`;
}

function betweenBounds(column: Column, bounds: readonly (string | null)[], rank: string): string {
  const list = `(${textArray(bounds)})`;
  const bins = bounds.length - 1;
  if (bins < 1 || !interpolable.test(column.type)) return `${list}[1 + floor(${rank} * ${bounds.length})::int]::${column.type}`;
  const low = `${list}[1 + floor(${rank} * ${bins})::int]::${column.type}`;
  const high = `${list}[2 + floor(${rank} * ${bins})::int]::${column.type}`;
  const fraction = `(${rank} * ${bins} - floor(${rank} * ${bins}))`;
  return whole.test(column.type)
    ? `(${low} + round(((${high} - ${low}) * ${fraction})::numeric)::int8::${column.type === "bigint" ? "int8" : "int4"})::${column.type}`
    : `(${low} + (${high} - ${low}) * ${fraction}${column.type.startsWith("numeric") ? "::numeric" : ""})::${column.type}`;
}

function textArray(values: readonly (string | null)[]): string {
  return `array[${values.map(literal).join(",")}]::text[]`;
}
