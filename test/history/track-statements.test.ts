import { describe, expect, test } from "vitest";
import { trackStatements } from "../../src/history/track-statements.ts";
import { family, report } from "./literal-history.ts";

const ids = (...reports: Parameters<typeof trackStatements>[0]) =>
  trackStatements(reports).map(({ points }) => points.map((point) => point?.id ?? null));

describe("a statement through the reports", () => {
  test("is followed by its fingerprint where its text changed in comments and blanks", () => {
    const tagged = family("a", { sql: "/* app:web */ select a\n from orders where id = $1 -- x" });
    expect(ids(report(0, [family("a")]), report(6, [tagged]))).toEqual([[family("a").id, family("a").id]]);
  });

  test("texts of one fingerprint keep apart when the busier one changes and with it their ids", () => {
    const one = (id: string, share: number) => family("a", { id, share, sql: "select 1 from orders where kind = 'x'" });
    const two = (id: string, share: number) => family("a", { id, share, sql: "select 1 from orders where kind = 'y'" });
    expect(ids(report(0, [one("f", 0.6), two("f-2", 0.4)]), report(6, [two("f", 0.7), one("f-2", 0.3)]))).toEqual([
      ["f", "f-2"],
      ["f-2", "f"],
    ]);
  });

  test("the same text over another partition is another statement", () => {
    const over = (name: string) => family("a", { sql: `select 1 from ${name}`, relations: [{ schema: "public", name }] });
    expect(ids(report(0, [over("events_10")]), report(6, [over("events_11")]))).toHaveLength(2);
  });

  test("tracks of fewer reports are the beginning of those of more", () => {
    const reports = [report(0, [family("a")]), report(6, [family("b"), family("a")]), report(12, [family("c"), family("b")])];
    const short = ids(...reports.slice(0, 2));
    expect(
      ids(...reports)
        .slice(0, 2)
        .map((points) => points.slice(0, 2)),
    ).toEqual(short);
  });
});
