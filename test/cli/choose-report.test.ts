import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../src/render/index.ts";
import { findNamed } from "../../src/saved-report/find-named.ts";
import { chooseReport } from "../../src/wire-report.ts";
import { openStore } from "../../src/wire-store.ts";
import { literalReport } from "../render/literal-report.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-choose-"));
const store = join(folder, "store");
const file = join(folder, "report.json");
let ids: string[] = [];
const at = (generatedAt: string) => ({ ...literalReport, generatedAt });

beforeAll(async () => {
  writeFileSync(file, renderReport(literalReport, "json", { color: false, width: 80 }));
  const open = await openStore({ place: store });
  ids = [
    await open.saveReport({ target: "shop", report: at("2026-11-01T00:00:00.000Z") }),
    await open.saveReport({ target: "shop", report: at("2026-11-02T00:00:00.000Z") }),
    await open.saveReport({ target: "crm", report: at("2026-11-03T00:00:00.000Z") }),
  ];
  await open.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the report of an audit", () => {
  test("is a file's, or the store's newest, the one before it, or the one of an id", async () => {
    expect(await chooseReport({ file, store })).toMatchObject({ generatedAt: literalReport.generatedAt });
    const timeOf = async (audit: string, target?: string) => (await chooseReport({ audit, target, store })).generatedAt;
    expect(await timeOf("last", "shop")).toBe("2026-11-02T00:00:00.000Z");
    expect(await timeOf("previous", "shop")).toBe("2026-11-01T00:00:00.000Z");
    // An id tells which database it is of.
    expect(await timeOf(ids[2]!)).toBe("2026-11-03T00:00:00.000Z");
  });

  test("from the store is whole: its plans can be explained", async () => {
    const report = await chooseReport({ audit: ids[0], store });
    expect(report.recommendations).toEqual(JSON.parse(JSON.stringify(literalReport.recommendations)));
    const { id } = literalReport.recommendations[0]!;
    expect(findNamed(report, id.slice(0, 6))).toMatchObject({ id });
  });

  test.each<[string, Parameters<typeof chooseReport>[0], RegExp, RegExp]>([
    ["both a file and an audit", { file, audit: "last", store }, /which of them/, /Leave out/],
    ["neither", { store }, /no report to read/, /--audit last/],
    ["a word that is none", { audit: "latest", store }, /"latest" names no audit/, /last, previous/],
    ["a path as an id", { audit: "../x", store }, /names no audit/, /without --audit/],
    ["an id that is not there", { audit: "9999", target: "shop", store }, /no report 9999/, /plansmith history/],
    ["an id of another database", { audit: "1", target: "crm", store }, /is of "shop", not of "crm"/, /plansmith history/],
    ["a database that is not there", { audit: "last", target: "shpo", store }, /no report of "shpo"/, /crm, shop/],
    ["one of two databases", { audit: "last", store }, /several databases/, /--target/],
    ["a store that is not there", { audit: "last", store: join(folder, "none") }, /no store yet/, /--store/],
    ["a store that is no place", { audit: "last", store: "mysql://x/y" }, /neither a folder nor a URL/, /postgres:/],
    ["a file that is no report", { file: join(folder, "store", "none"), store }, /cannot be read/, /audit … --json/],
  ])("is refused for %s", async (_, choice, message, hint) => {
    await expect(chooseReport(choice)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});

test("an id of fewer than four letters names nothing, and one that begins two names neither", () => {
  const [first] = literalReport.recommendations;
  const twins = {
    ...literalReport,
    recommendations: [
      { ...first!, id: "abcd1" },
      { ...first!, id: "abcd2" },
      { ...first!, id: "abcd" },
    ],
  };
  expect(findNamed(twins, "abcd")).toMatchObject({ id: "abcd" });
  expect(() => findNamed(twins, "abc")).toThrow(/nothing with the id "abc"/);
  expect(() => findNamed({ ...twins, recommendations: twins.recommendations.slice(0, 2) }, "abcd")).toThrow(/several things/);
});
