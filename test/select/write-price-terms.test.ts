import { expect, test } from "vitest";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Column, Relation } from "../../src/domain/catalog.ts";
import { elementsPerRow, writePrice } from "../../src/select/write-price.ts";
import { existingIndex, relation } from "../explain/literal-catalog.ts";
import { definition } from "../render/literal-report.ts";
import { plainKey } from "../support/plain-index.ts";

const column = (name: string, baseType: string, category: string, statistics: object = {}): Column =>
  ({
    ...relation("t", [name]).columns[0]!,
    name,
    baseType,
    category,
    statistics: { averageWidthBytes: 8, elementCountHistogram: null, correlation: 0, ...statistics },
  }) as Column;
const table = (columns: readonly Column[], rest: Partial<Relation> = {}): Relation => ({ ...relation("t", []), columns, ...rest });
const on = (names: readonly string[], more: Partial<IndexDefinition> = {}) =>
  definition({
    keys: names.map((name) => plainKey(name)),
    include: [],
    predicate: null,
    ...more,
  });
const inserts = { inserted: 1, updated: 0, hotUpdated: 0 };
const hot = { inserted: 0, updated: 0, hotUpdated: 100 };

test("an entry costs more with a text key, a further key, an included column, and less where keys only ascend", () => {
  const of = (index: IndexDefinition, columns: readonly Column[]) => writePrice(index, table(columns), inserts, () => 0).perInsert;
  const number = column("n", "int4", "N");
  const plain = of(on(["n"]), [number]);
  expect(of(on(["s"]), [column("s", "text", "S")])).toBeGreaterThan(plain);
  expect(of(on(["n", "m"]), [number, column("m", "int4", "N")])).toBeGreaterThan(plain);
  expect(of(on(["n"], { include: ["m"] }), [number, column("m", "int4", "N")])).toBeGreaterThan(plain);
  expect(of(on(["n"]), [column("n", "int4", "N", { correlation: 1 })])).toBeLessThan(plain);
});

test("GIN pays for each element, jsonb_ops for names and values", () => {
  const gin = (columns: readonly Column[], operatorClass: string | null = null) => {
    const index = on([columns[0]!.name], { accessMethod: "gin" });
    return writePrice({ ...index, keys: index.keys.map((key) => ({ ...key, operatorClass })) }, table(columns), inserts, () => 0).perInsert;
  };
  const tags = (count: number) => column("tags", "_text", "A", { elementCountHistogram: [1, 9, count] });
  expect(elementsPerRow(tags(6))).toBe(6);
  expect(gin([tags(6)]) - gin([tags(5)])).toBeCloseTo(gin([tags(5)]) - gin([tags(4)]));
  const document = column("doc", "jsonb", "U", { averageWidthBytes: 66 });
  expect(gin([document])).toBeGreaterThan(gin([document], "jsonb_path_ops"));
});

test("HOT is lost only where the update sets a column that no index holds yet, and every index of the table pays", () => {
  const columns = [column("n", "int4", "N"), column("m", "int4", "N")];
  const price = (indexes: Relation["indexes"], sets: string) =>
    writePrice(on(["n"]), table(columns, { indexes }), hot, (name) => (name === sets ? 1 : 0)).us;
  const other = existingIndex("t_m", ["m"], "CREATE INDEX t_m ON public.t USING btree (m)");
  const same = existingIndex("t_n", ["n"], "CREATE INDEX t_n ON public.t USING btree (n)");
  expect(price([], "m")).toBe(0);
  expect(price([same], "n")).toBe(0);
  expect(price([], "n")).toBeGreaterThan(0);
  expect(price([other], "n")).toBeGreaterThan(price([], "n"));
});
