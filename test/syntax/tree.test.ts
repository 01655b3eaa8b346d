import type { Node } from "@pgsql/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deparse } from "../../src/syntax/deparse.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { replaceNodes, tagOf, walk } from "../../src/syntax/tree.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function treeOf(sql: string): Promise<Node> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") throw new Error(parsed.message);
  return parsed.statements[0]!.node;
}

describe("replaceNodes", () => {
  test("rewrites every node once, children first, and leaves the input alone", async () => {
    const node = await treeOf("select a + 1 from t where b = 1");
    const before = structuredClone(node);
    const seen: string[] = [];
    const rewritten = replaceNodes(node, (each) => {
      seen.push(tagOf(each));
      return "A_Const" in each ? { ParamRef: { number: 7 } } : each;
    });
    expect(deparse(rewritten)).toBe("SELECT a + $7 FROM t WHERE b = $7");
    expect(node).toEqual(before);
    expect(seen.at(-1)).toBe("SelectStmt");
    expect(seen.indexOf("A_Const")).toBeLessThan(seen.indexOf("A_Expr"));
    expect(seen.filter((tag) => tag === "A_Const")).toHaveLength(2);
  });

  test("sees what stands in a replaced child, not what stood there", async () => {
    const rewritten = replaceNodes(await treeOf("select not not not a"), (each) => {
      if (!("BoolExpr" in each)) return each;
      const [inner] = each.BoolExpr.args ?? [];
      return inner && "BoolExpr" in inner ? inner.BoolExpr.args![0]! : each;
    });
    expect(deparse(rewritten)).toBe("SELECT NOT (a)");
  });

  test("replaces the root", async () => {
    expect(replaceNodes(await treeOf("select 1"), (each): Node => ("SelectStmt" in each ? { Integer: { ival: 1 } } : each))).toEqual({
      Integer: { ival: 1 },
    });
  });
});

describe("walk", () => {
  test("goes top down in the order of the text and skips below on request", async () => {
    const tags: string[] = [];
    walk(await treeOf("select a from t where exists (select 1 from u) and b = 1"), (node) => {
      tags.push(tagOf(node));
      return "SubLink" in node ? "skip" : undefined;
    });
    expect(tags).toEqual(
      "SelectStmt ResTarget ColumnRef String RangeVar BoolExpr SubLink A_Expr String ColumnRef String A_Const".split(" "),
    );
  });

  test("takes the deepest tree the parser gives", async () => {
    const node = await treeOf(`select ${Array.from({ length: 1400 }, () => "1").join("+")}`);
    // Nodes in order: comparing the trees themselves would recurse, and overflow a test's stack now and then.
    const tagsOf = (tree: Node) => {
      const tags: string[] = [];
      walk(tree, (each) => {
        tags.push(tagOf(each));
      });
      return tags;
    };
    const tags = tagsOf(node);
    expect(tags.filter((tag) => tag === "A_Const")).toHaveLength(1400);
    expect(tagsOf(replaceNodes(node, (each) => each))).toEqual(tags);
  });
});
