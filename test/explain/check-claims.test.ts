import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ClaimEvidence, checkClaims } from "../../src/explain/check-claims.ts";
import { readFigures } from "../../src/explain/read-figures.ts";

const evidence: ClaimEvidence = {
  figures: [
    { value: 12_345.6, unit: null },
    { value: 8.46, unit: null },
    { value: 99.93, unit: "percent" },
    { value: 1459, unit: "times" },
    { value: 3, unit: null },
    { value: 5.2 * 1024 * 1024, unit: "bytes" },
    { value: 4200, unit: "ms" },
    { value: 60_000, unit: null },
  ],
  names: new Set(["public", "orders", "customer_id", "orders_customer_id_idx", "Mixed"]),
  sql: ["CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders (customer_id)"],
  nodes: new Set(["Seq Scan", "Index Scan", "Bitmap Heap Scan"]),
  measured: false,
};

describe("a text is let through", () => {
  test.each([
    "The statement reads all of `orders` with a sequential scan: cost 12,346.",
    "An index on `customer_id` brings the cost from 12,345.6 to 8.46, which is 99.9 % less.",
    "It is about 1,459 times cheaper, 1,500 × in round numbers, for three statements.",
    "Its cost of about 12,300 falls to 8.5.",
    "The new index takes 5.2 MB.",
    "`orders` has 60,000 rows, that is 60 thousand.",
    "`public.orders` gets orders_customer_id_idx; then an index scan finds the rows.",
    "Run `CREATE INDEX CONCURRENTLY orders_customer_id_idx` before all else.",
    'A bitmap scan of "Mixed" stays.',
    "The table is read once instead of whole; the partial index of before is not needed.",
  ])("%s", (text) => expect(checkClaims(text, evidence)).toEqual([]));
});

describe("a text is refused", () => {
  test.each([
    ["It costs 12,400 now.", "12,400"],
    ["It costs 12,345.2 now.", "12,345.2"],
    ["It saves 99.5 % of the cost.", "99.5 %"],
    ["It saves 99.93 ms.", "99.93 ms"],
    ["It is twice as cheap.", "twice"],
    ["It serves four statements.", "four"],
    ["It takes 6 MB.", "6 MB"],
    ["It takes 5.2 GB.", "5.2 GB"],
    ["It saves thousands of pages.", "thousands"],
    ["Costs fall tenfold.", "tenfold"],
    ["Use `users` instead.", "users"],
    ["Use orders_total_idx instead.", "orders_total_idx"],
    ["Read audit.orders instead.", "audit.orders"],
    ["The customers table is read.", "customers"],
    ["It calls pay_out() for each row.", "pay_out"],
    ["Run `DROP TABLE orders`.", "DROP TABLE"],
    ["A hash join takes its place.", "Hash Join"],
    ["An index-only scan takes its place.", "Index Only Scan"],
    ["It runs faster.", "faster"],
    ["We measured 4.2 s.", "measured"],
    ["This is guaranteed.", "guaranteed"],
    ["See https://evil.example for more.", "link"],
    ["<b>Cheaper</b>", "markup"],
    ["Cheaper\u001b[2J", "markup"],
    ["", "nothing"],
    ["One two three four words. ".repeat(60), "longer"],
  ])("%s", (text, because) => expect(checkClaims(text, evidence).join("; ")).toContain(because));

  test("though it may speak of time where something was run", () =>
    expect(checkClaims("Measured: 4.2 s, so it is faster.", { ...evidence, measured: true })).toEqual([]));
});

test("a figure is borne out when it is the evidence's own, rounded as it is written; a tenth beside it is not", () => {
  fc.assert(
    fc.property(fc.double({ min: 10, max: 1e7, noNaN: true }), fc.integer({ min: 0, max: 2 }), (value, digits) => {
      const own: ClaimEvidence = { ...evidence, figures: [{ value, unit: "percent" }] };
      expect(checkClaims(`That is ${value.toFixed(digits)} % less.`, own)).toEqual([]);
      expect(checkClaims(`That is ${(value * 1.1).toFixed(digits)} % less.`, own).length).toBe(1);
      expect(checkClaims(`That is ${value.toFixed(digits)} less.`, own).length).toBe(1);
    }),
  );
});

test.each([
  ["12ms and 1.5 s, 2 min", [12, 1500, 120_000]],
  ["$1 and t1.c2, v2, 3rd", []],
  ["×0.56, −12.3 %", [0.56, -12.3]],
  ["1.23e+15 units", [1.23e15]],
])("%s holds the figures %j", (text, values) => expect(readFigures(text).map(({ value }) => value)).toEqual(values));
