import { generateRows, type HostTable, nullSql, type RoundShape, type Rows } from "../hostile/generate-rows.ts";
import type { Random } from "../hostile/random.ts";
import { varyRows } from "../hostile/vary-rows.ts";
import type { Fixture, Pair } from "./fixture.ts";

const sizes = [0, 1, 2, 3, 2, 5, 3, 8, 5, 12, 4, 8];
/** Lists of lengths without a common divisor: each value meets each of the others. */
const nullRates = [0.1, 0, 0.3, 0.1, 0.5, 0.2, 0, 0.3, 0.1, 0.5, 0.2];
const hitRates = [0.5, 0.8, 0.3, 0.95, 0.6, 0.7, 0.2];
/** A round for statements that count or limit: more rows than the number they name. */
const roundsBetweenBig = 6;
const mostBigRows = 60;
/** Rows that a join of everything with everything may have. */
const largestProduct = 1e7;

/** One fixture after another. */
export interface FixtureSource {
  /** `isEmpty`: the first statement has hardly given a row yet. */
  next(isEmpty: boolean): Fixture;
  /** One that showed something new: others are made from it. */
  keep(fixture: Fixture): void;
}

/** Of three databases, one is made from another that showed something new. */
const roundsBetweenVaried = 3;
const mostKept = 24;
/** Often enough for each odd value of a type to have its turn. */
const roundsBetweenAlike = 5;

/** Most statements have given rows by then. */
const roundsBeforeMeeting = 12;
const roundsBetweenMeeting = 3;

/**
 * Sizes, NULLs and aim change from round to round; what showed something new is varied in between. Where five tables must meet and each
 * row keep conditions of its own, rows drawn one by one hardly ever do: as long as the result stays empty, some databases are made to.
 */
export function fixtureSource(pair: Pair, random: Random): FixtureSource {
  const kept: Fixture[] = [];
  let fresh = 0;
  let round = 0;
  let asked = 0;
  return {
    next(isEmpty) {
      // Where rows are counted, it may be their number that is missing.
      const meets = isEmpty && pair.counts.length === 0 && ++asked > roundsBeforeMeeting && asked % roundsBetweenMeeting === 0;
      if (meets) return meetingFixture(pair, asked / roundsBetweenMeeting, random);
      return kept.length > 0 && round++ % roundsBetweenVaried === roundsBetweenVaried - 1
        ? variedFixture(pair, lately(kept, random), random)
        : freshFixture(pair, fresh++, random);
    },
    keep(fixture) {
      if (kept.push(fixture) > mostKept) kept.splice(random.below(kept.length - 1), 1);
    },
  };
}

/** What came last got furthest. */
function lately(kept: readonly Fixture[], random: Random): Fixture {
  return kept[Math.floor(kept.length * Math.sqrt(random.next()))]!;
}

function freshFixture(pair: Pair, round: number, random: Random): Fixture {
  const cap = Math.max(2, Math.floor(largestProduct ** (1 / Math.max(1, pair.width))));
  const goal = Math.max(0, ...pair.counts.filter((each) => each <= mostBigRows));
  const big = goal > 2 && round % roundsBetweenBig === roundsBetweenBig - 1;
  const size = Math.min(cap, big ? goal + random.pick([-1, 0, 1, 3]) : sizes[round % sizes.length]!);
  const shape: RoundShape = {
    turn: round,
    rows: size,
    nullRate: nullRates[round % nullRates.length]!,
    hitRate: big ? 0.95 : hitRates[round % hitRates.length]!,
    even: big || round % 3 !== 2,
    concentrated: big,
    meeting: false,
    alike: !big && round % roundsBetweenAlike === roundsBetweenAlike - 1 ? Math.floor(round / roundsBetweenAlike) : null,
  };
  const rows = generateRows(pair.host.tables, shape, random);
  return {
    settings: pair.sessions[round % pair.sessions.length]!,
    rows,
    parameters: parametersFor(pair, rows, random, shape.alike === null ? 0.35 : 0.7),
  };
}

function meetingFixture(pair: Pair, turn: number, random: Random): Fixture {
  const rows = 1 + (turn % 3);
  const shape = { turn, rows, nullRate: 0, hitRate: 1, even: true, concentrated: true, meeting: true, alike: null };
  const made = generateRows(pair.host.tables, shape, random);
  return { settings: pair.sessions[turn % pair.sessions.length]!, rows: made, parameters: parametersFor(pair, made, random, 0.7) };
}

function variedFixture(pair: Pair, from: Fixture, random: Random): Fixture {
  const rows = varyRows(pair.host.tables, from.rows, random);
  const parameters = random.chance(0.3) ? parametersFor(pair, rows, random, 0.35) : from.parameters;
  return { settings: random.chance(0.2) ? random.pick(pair.sessions) : from.settings, rows, parameters };
}

const nullParameterRate = 0.12;

/** Values that rows hold, values of the type, and NULL. */
function parametersFor({ host }: Pair, rows: Rows, random: Random, heldRate: number): string[] {
  return host.parameters.map(({ pool, type, group }) => {
    const all = [...pool.hits, ...pool.near, ...pool.base];
    const [known, from] = [new Set([...all, ...pool.extremes, ...pool.sweep]), random.next()];
    const held = from >= heldRate ? [] : heldValues(host.tables, rows, group).filter((value) => known.has(value));
    const list = held.length > 0 ? held : from < heldRate + (1 - heldRate) / 2 && pool.base.length > 0 ? pool.base : all;
    const value = list.length === 0 || random.chance(nullParameterRate) ? nullSql : random.pick(list);
    return `(${value.trim()})::${type}`;
  });
}

function heldValues(tables: readonly HostTable[], rows: Rows, group: string): string[] {
  return tables.flatMap(({ name, columns }) =>
    columns.flatMap((column, at) => (column.group === group ? (rows.get(name) ?? []).flatMap((row) => row[at] ?? []) : [])),
  );
}
