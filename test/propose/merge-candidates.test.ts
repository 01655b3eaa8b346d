import { describe, expect, test } from "vitest";
import type { Candidate, IndexDefinition } from "../../src/domain/candidate.ts";
import { changeId, createIndexSql } from "../../src/domain/index-sql.ts";
import { mergeCandidates, type ProvedIndex } from "../../src/propose/merge-candidates.ts";
import { plainIndex } from "../support/plain-index.ts";

const index = (columns: readonly string[], rest: Partial<IndexDefinition> = {}) => plainIndex("t", columns, rest);

function proved(definition: IndexDefinition, families: readonly string[], saved = 0.1): ProvedIndex {
  const change = { kind: "create-index" as const, index: definition };
  const candidate: Candidate = { id: changeId(change), change, helps: families, proposedBy: [{ kind: "rule", id: "index/x" }], reason: "" };
  return { candidate, saved: new Map(families.map((family) => [family, saved])) };
}

function made(parents: readonly ProvedIndex[], known: readonly Candidate[] = parents.map(({ candidate }) => candidate)): string[] {
  return mergeCandidates(parents, known)
    .map(({ change }) => (change.kind === "create-index" ? createIndexSql(change.index).replace("CREATE INDEX ON public.t ", "") : ""))
    .toSorted();
}

describe("candidates made from proved ones", () => {
  test("two with one first key become one that has both, in either order", () => {
    expect(made([proved(index(["a", "b"]), ["f"]), proved(index(["a", "c"]), ["g"])])).toEqual(["(a, b, c)", "(a, c, b)"]);
  });

  test("what two with the same keys include is included together", () => {
    const parents = [proved(index(["a"], { include: ["x"] }), ["f"]), proved(index(["a"], { include: ["y"] }), ["g"])];
    expect(made(parents)).toEqual(["(a)", "(a) INCLUDE (x, y)"]);
  });

  test("keys of one are put under the other's predicate for the statements that both serve", () => {
    const parents = [proved(index(["a"]), ["f", "g"]), proved(index(["b"], { predicate: "state = 'new'" }), ["g", "h"])];
    expect(made(parents)).toEqual(["(a) WHERE state = 'new'"]);
    expect(
      mergeCandidates(parents, []).find(({ change }) => change.kind === "create-index" && change.index.keys[0]?.sql === "a")?.helps,
    ).toEqual(["g"]);
    expect(made([proved(index(["a"]), ["f"]), proved(index(["b"], { predicate: "state = 'new'" }), ["h"])])).toEqual([]);
  });

  test("what an index that exists would serve is not made anew", () => {
    const parents = [proved(index(["a"], { include: ["x"] }), ["f"]), proved(index(["b"], { include: ["x"] }), ["f"])];
    const isA = ({ keys }: IndexDefinition) => keys[0]?.column === "a";
    expect(made(parents)).toContain("(a)");
    const rest = mergeCandidates(parents, [], isA).map(({ change }) => change.kind === "create-index" && change.index.keys[0]?.column);
    expect(new Set(rest)).toEqual(new Set(["b"]));
  });

  test("a covering index has a form that covers nothing", () => {
    expect(made([proved(index(["a", "b"], { include: ["x"] }), ["f"])])).toEqual(["(a, b)"]);
  });

  test("indexes of different tables, other methods, or with nothing in common have no children", () => {
    const other = { schema: "public", name: "u" };
    expect(made([proved(index(["a", "b"]), ["f"]), proved(index(["a", "c"], { relation: other }), ["g"])])).toEqual([]);
    expect(made([proved(index(["a"], { accessMethod: "gin" }), ["f"]), proved(index(["a"]), ["g"])])).toEqual([]);
    expect(made([proved(index(["a"]), ["f"]), proved(index(["b"]), ["f"])])).toEqual([]);
  });

  test("none is made that is known already", () => {
    const parents = [proved(index(["a", "b"]), ["f"]), proved(index(["a", "c"]), ["g"])];
    const known = [...parents, proved(index(["a", "b", "c"]), ["h"])].map(({ candidate }) => candidate);
    expect(made(parents, known)).toEqual(["(a, c, b)"]);
  });

  test("at most sixteen a table, from those that save most, and the same whatever the order", () => {
    const parents = Array.from({ length: 20 }, (_, n) => proved(index(["a", `k${n}`]), [`f${n}`], n / 100));
    const all = made(parents);
    expect(all).toHaveLength(16);
    expect(all.every((sql) => /k1\d/.test(sql))).toBe(true);
    expect(made(parents.toReversed())).toEqual(all);
  });
});
