import { literal } from "../domain/identifier.ts";
import type { Aims } from "./read-aims.ts";
import { cuts } from "./text-values.ts";
import { type TypeValues, typeValues, type ValueType } from "./type-values.ts";

/** Values of one column or parameter, as SQL that an INSERT or a cast takes. */
export interface ValuePool {
  /** Aimed at the statements' predicates: constants themselves. */
  readonly hits: readonly string[];
  readonly near: readonly string[];
  readonly base: readonly string[];
  /** Hits that make a predicate true together stand side by side: the parts of a cut text. */
  readonly paired: boolean;
  /** The ends of the type, where arithmetic overflows: for databases of little else. */
  readonly extremes: readonly string[];
  /** Worth taking only where a condition tells them from others. */
  readonly sweep: readonly string[];
  /** Values sorted by what the statements' conditions come to for them; empty where none tells them apart. */
  readonly classes: readonly (readonly string[])[];
  /** Of these, the ones for which a condition is true. */
  readonly aimed: readonly (readonly string[])[];
}

/** One thing to make values for. */
export interface PoolTarget {
  /** What aims call it: a column's name, or `$1`. */
  readonly name: string;
  readonly type: ValueType;
  /** Constants known from elsewhere: CHECKs and partition bounds. */
  readonly constants: readonly string[];
}

/** `true` for each text that is valid input of the type; asked once for all. */
export type AreValid = (pairs: readonly { readonly text: string; readonly type: string }[]) => Promise<readonly boolean[]>;

/** Names that are compared with one another, directly or through others, have one group. */
export function groupsOf(aims: Aims): (name: string) => string {
  const above = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    for (let up = above.get(at); up !== undefined; up = above.get(at)) at = up;
    return at;
  };
  const link = (a: string, b: string) => {
    const [rootA, rootB] = [root(a), root(b)];
    if (rootA !== rootB) above.set(rootA, rootB);
  };
  for (const [a, b] of aims.links) link(a, b);
  for (const [number, columns] of aims.parameters) for (const column of columns) link(`$${number}`, column);
  return root;
}

/** The constants of a name's whole group: `a.id = b.user_id` gives both the same. */
function constantsOf(aims: Aims, groupOf: (name: string) => string): (name: string) => readonly string[] {
  const shared = new Map<string, Set<string>>();
  for (const [name, constants] of aims.constants) {
    const group = shared.get(groupOf(name)) ?? new Set<string>();
    for (const constant of constants) group.add(constant);
    shared.set(groupOf(name), group);
  }
  return (name) => [...new Set([...(aims.constants.get(name) ?? []), ...(shared.get(groupOf(name)) ?? []), ...aims.loose])];
}

/** A pool per target, of what PostgreSQL takes for its type. A pool may be empty: then only NULL is left. */
export async function makePools(targets: readonly PoolTarget[], aims: Aims, areValid: AreValid): Promise<Map<PoolTarget, ValuePool>> {
  const constants = constantsOf(aims, groupsOf(aims));
  const drafts = targets.map((target) => {
    const own = [...new Set([...target.constants, ...constants(target.name)])];
    const values = typeValues(target.type, own);
    return {
      target,
      own,
      values: aims.concatenated.has(target.name)
        ? { ...values, named: own.flatMap(cuts), near: [...values.named, ...values.near] }
        : values,
    };
  });
  const pairs = new Map<string, { text: string; type: string }>();
  const keyOf = (text: string, type: string) => JSON.stringify([text, type]);
  for (const { target, values } of drafts)
    for (const text of allOf(values)) pairs.set(keyOf(text, target.type.name), { text, type: target.type.name });
  const list = [...pairs.values()];
  const answers = await areValid(list);
  const valid = new Set(list.filter((_, at) => answers[at] === true).map(({ text, type }) => keyOf(text, type)));

  const pools = new Map<PoolTarget, ValuePool>();
  for (const { target, own, values } of drafts) {
    const usable = (texts: readonly string[]) => texts.filter((text) => valid.has(keyOf(text, target.type.name))).map(literal);
    const hits = usable(values.named);
    pools.set(target, {
      hits,
      paired: aims.concatenated.has(target.name) && hits.length > 1,
      near: [...usable(values.near).filter((each) => !hits.includes(each)), ...nowValues(target, own, aims), ...zoneValues(target, own)],
      base: usable(values.base),
      extremes: usable(values.extremes ?? []),
      sweep: usable(values.sweep ?? []),
      classes: [],
      aimed: [],
    });
  }
  return pools;
}

function allOf(values: TypeValues): string[] {
  return [...values.named, ...values.near, ...values.base, ...(values.extremes ?? []), ...(values.sweep ?? [])];
}

/**
 * Both hours that a clock shows twice have one name: written times, in each zone that is named or else in the session's own, and moments an
 * hour and less beside them.
 */
function zoneValues({ type }: PoolTarget, constants: readonly string[]): string[] {
  if (type.base !== "timestamptz") return [];
  const zones = constants.filter((text) => /^[A-Z][A-Za-z]+\/[A-Za-z_/]+$/.test(text)).slice(0, 2);
  const times = constants.filter((text) => /^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d+)?)?)?$/.test(text)).slice(0, 3);
  const steps = ["", " - interval '1 hour'", " - interval '30 minutes'", " + interval '30 minutes'", " + interval '1 hour'"];
  const named = zones.flatMap((zone) => times.map((time) => `timestamp ${literal(time).trim()} at time zone ${literal(zone).trim()}`));
  const own = zones.length === 0 ? times.map((time) => `timestamptz ${literal(time).trim()}`) : [];
  return [...named, ...own].flatMap((moment) => (zones.length === 0 ? steps.slice(1) : steps).map((step) => `(${moment}${step})`));
}

/** Moments around now() and around now() less each interval: one transaction sees one now(). */
function nowValues(target: PoolTarget, constants: readonly string[], aims: Aims): string[] {
  if (!["timestamp", "timestamptz", "date"].includes(target.type.base) || !aims.nowColumns.has(target.name)) return [];
  const intervals = constants.filter((text) => /^\s*[+-]?\d+\s*[a-z]+/i.test(text) && text.length < 40).slice(0, 4);
  const spans = intervals.flatMap((each) => [literal(each), literal(`-${each}`)]);
  const moments = ["now()", ...spans.map((span) => `now() - interval ${span.trim()}`)];
  const steps = [
    "",
    " - interval '1 microsecond'",
    " + interval '1 microsecond'",
    " - interval '1 hour'",
    " + interval '1 hour'",
    " + interval '1 day'",
  ];
  return moments.flatMap((moment) => steps.map((step) => `(${moment}${step})::${target.type.name}`));
}
