import { describe, expect, test } from "vitest";
import { searchText } from "../../src/cli/search-text.ts";
import type { Found } from "../../src/domain/found.ts";
import { hostileSql } from "../render/literal-report.ts";

const found: Found = {
  kind: "case",
  id: "gin-column-jsonb-1",
  title: "GIN on jsonb",
  statement: "select * from events\nwhere payload @> $1",
  change: "CREATE INDEX ON events USING gin (payload)",
  helped: true,
  costBefore: 5824,
  costAfter: 1188,
  because: null,
  where: "corpus, rule index/jsonb-containment",
  similarity: 0.914,
};
const searched = ["377 proven cases", "by words"];

describe("what a search prints", () => {
  test("is the case, its statement in one line, what helped, by how much, and where it is from", () => {
    expect(searchText({ searched, found: [found] }, 100)).toBe(
      [
        "1. GIN on jsonb (case, similarity 0.91)",
        "   gin-column-jsonb-1",
        "   select * from events where payload @> $1",
        "   helped: CREATE INDEX ON events USING gin (payload)",
        "   cost 5,824 → 1,188 (−79.6 %)",
        "   corpus, rule index/jsonb-containment",
        "",
        "Searched 377 proven cases; by words.",
      ].join("\n"),
    );
  });

  test("says that a change was refused, and why", () => {
    const text = searchText(
      { searched, found: [{ ...found, helped: false, because: "The planner does not use it.", similarity: null }] },
      100,
    );
    expect(text).toContain("(case)");
    expect(text).toContain("did not help: CREATE INDEX");
    expect(text).toContain("The planner does not use it.");
  });

  test("leaves out what a statement without advice has not", () => {
    const text = searchText({ searched, found: [{ ...found, kind: "statement", change: null, costBefore: 0, costAfter: 0 }] }, 100);
    expect(text).not.toContain("helped");
    expect(text).not.toContain("cost ");
  });

  test("is one plain line each for hostile text, cut to the width", () => {
    const control = String.fromCharCode(27);
    const hostile = { ...found, title: hostileSql, statement: `${hostileSql} ${"x".repeat(500)}`, where: hostileSql };
    const text = searchText({ searched, found: [hostile] }, 80);
    expect(text).not.toContain(control);
    for (const line of text.split("\n").slice(2, -2)) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test("says that nothing was found, and where", () => {
    expect(searchText({ searched, found: [] }, 100)).toBe("Nothing found.\nSearched 377 proven cases; by words.");
  });
});
