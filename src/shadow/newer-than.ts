import type { IndexDefinition } from "../domain/candidate.ts";

/** What an index may only have from a major version on; the shadow, being 18, would build it for any production. */
interface Novelty {
  readonly since: number;
  readonly uses: (index: IndexDefinition) => boolean;
  readonly sqlState: string;
  readonly what: string;
}

const threeArguments = /\bdate_trunc\s*\((?:[^(),]|\([^()]*\))*,(?:[^(),]|\([^()]*\))*,/i;

const novelties: readonly Novelty[] = [
  {
    // https://www.postgresql.org/docs/release/14.0/ "Allow BRIN indexes to record multiple min/max values per range", "BRIN … bloom"
    since: 14,
    uses: (index) =>
      index.accessMethod === "brin" && index.keys.some((key) => /_(?:bloom|minmax_multi)_ops$/.test(key.operatorClass ?? "")),
    sqlState: "42704",
    what: "BRIN operator classes bloom and minmax_multi",
  },
  {
    // https://www.postgresql.org/docs/release/14.0/ "Allow SP-GiST indexes to contain INCLUDE'd columns"
    since: 14,
    uses: (index) => index.accessMethod === "spgist" && index.include.length > 0,
    sqlState: "0A000",
    what: "INCLUDE columns in an SP-GiST index",
  },
  {
    // https://www.postgresql.org/docs/release/16.0/ "Change date_trunc(unit, timestamptz, time_zone) to be an immutable function"
    since: 16,
    uses: (index) => [...index.keys.map((key) => key.sql), index.predicate ?? ""].some((sql) => threeArguments.test(sql)),
    sqlState: "42P17",
    what: "date_trunc() with a time zone in an index expression (it is not IMMUTABLE before)",
  },
];

/** Why production of this major version would refuse the index although the shadow takes it; null when it would not. */
export function newerThan(major: number, index: IndexDefinition): { readonly sqlState: string; readonly message: string } | null {
  const found = novelties.find((novelty) => major < novelty.since && novelty.uses(index));
  return found ? { sqlState: found.sqlState, message: `${found.what} need PostgreSQL ${found.since}, production runs ${major}` } : null;
}
