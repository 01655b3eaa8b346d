import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../../src/contract/store.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { openServerStore } from "../../src/store/server-store.ts";
import { literalReport } from "../render/literal-report.ts";

let store: Store;
beforeAll(async () => {
  const database = await bootEmbedded();
  database.provideExtension("vector");
  store = await openServerStore(database.session, "a server");
});
afterAll(() => store.close());

describe("a kept report", () => {
  const report = literalReport;
  const [family] = report.families;
  const [recommendation] = report.recommendations;
  const words = (query: string) => store.search({ words: query, near: null, kinds: ["statement", "recommendation"], limit: 50 });

  test("is found by the words of its statements and recommendations", async () => {
    const id = await store.saveReport({ target: "shop", report });
    const found = await words(family!.relations?.[0]?.name ?? "orders");
    expect(found.length).toBeGreaterThan(0);
    for (const { document } of found) expect(document.reportId).toBe(id);
    const titles = (await words(recommendation!.title)).map(({ document: { title } }) => title);
    expect(titles).toContain(recommendation!.title);
  });

  test("a later report of the same target replaces what it says again, another target's stands beside it", async () => {
    const before = (await words(recommendation!.title)).length;
    const again = await store.saveReport({ target: "shop", report: { ...report, generatedAt: "2027-01-01T00:00:00.000Z" } });
    const found = await words(recommendation!.title);
    expect(found.length).toBe(before);
    for (const { document } of found)
      expect([document.reportId, (document.details as { generatedAt: string }).generatedAt]).toEqual([again, "2027-01-01T00:00:00.000Z"]);
    await store.saveReport({ target: "crm", report });
    expect((await words(recommendation!.title)).length).toBe(before * 2);
  });

  test("is found by its vectors where they are given", async () => {
    const space = { model: "made-up", dimensions: 3 };
    const vector = Float32Array.of(1, 0, 0);
    await store.saveReport({ target: "near", report, vectors: { space, of: new Map([[family!.id, vector]]) } });
    const [nearest] = await store.nearest(space, vector, { kind: "statement", limit: 1 });
    expect(nearest).toMatchObject({ similarity: 1, document: { details: { target: "near", sql: family!.sql } } });
  });

  test("that cannot be kept whole is not kept at all", async () => {
    const targets = await store.targets();
    const tooMany = { model: "made-up", dimensions: 3 };
    const broken = Float32Array.of(Number.NaN, 0, 0);
    await expect(
      store.saveReport({ target: "broken", report, vectors: { space: tooMany, of: new Map([[family!.id, broken]]) } }),
    ).rejects.toThrow();
    expect(await store.targets()).toEqual(targets);
  });
});
