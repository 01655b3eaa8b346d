import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chooseItems } from "../../src/apply/choose-items.ts";
import { nextVersions } from "../../src/apply/numbering.ts";
import { alembicHead, djangoLeaf, openPlace } from "../../src/apply/place.ts";
import { formatOf, formats, planFiles } from "../../src/apply/plan-files.ts";
import { suggestionText } from "../../src/apply/suggestions.ts";
import { writeFiles } from "../../src/apply/write-files.ts";
import { readMigration } from "../../src/migrations/read-migration.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { literalReport } from "../render/literal-report.ts";

let parser: SqlParser;
let folder: string;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

const now = new Date("2026-01-02T03:04:05Z");

describe("a version", () => {
  test.each([
    ["timestamp", [], ["20260102030405", "20260102030406"]],
    ["timestamp", ["20270101000000_later.sql"], ["20270101000001", "20270101000002"]],
    ["timestamp", ["000009_x.up.sql", "000010_y.up.sql"], ["000011", "000012"]],
    ["timestamp", ["README.md", "0_init"], ["1", "2"]],
    ["timestamp", ["20290000000000_no_time.sql"], ["20290000000001", "20290000000002"]],
    ["milliseconds", [], ["1767323045001", "1767323045002"]],
    ["milliseconds", ["1999999999999_x.js"], ["2000000000000", "2000000000001"]],
    ["milliseconds", ["20250101000000000_x.js"], ["20260102030405000", "20260102030406000"]],
    ["flyway", ["V1__a.sql", "V2__b.sql", "R__view.sql"], ["3", "4"]],
    ["flyway", ["V1_9__a.sql", "V1_10__b.sql"], ["1.11", "1.12"]],
    ["flyway", [], ["20260102030405", "20260102030406"]],
    ["flyway", ["V2020.1.1__a.sql"], ["20260102030405", "20260102030406"]],
    ["flyway", ["V20290000000000.7__a.sql"], ["20290000000000.8", "20290000000000.9"]],
    ["four-digits", ["0001_initial.py", "0007_x.py", "__init__.py"], ["0008", "0009"]],
    ["none", ["anything"], ["", ""]],
  ] as const)("of %s after %j is %j", (numbering, existing, expected) => {
    expect(nextVersions(numbering, existing, now, 2)).toEqual(expected);
  });

  test("is always greater than every one there is, and than the one before", () => {
    const existing = fc.array(fc.oneof(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 20200101000000, max: 20291231235959 })));
    fc.assert(
      fc.property(existing, fc.constantFrom("timestamp", "flyway", "four-digits"), (numbers, numbering) => {
        const names = numbers.map((each) => (numbering === "flyway" ? `V${each}__x.sql` : `${each}_x.sql`));
        const made = nextVersions(numbering, names, now, 3).map(BigInt);
        const all = [
          ...numbers
            .map(BigInt)
            .sort((a, b) => (a < b ? -1 : 1))
            .slice(-1),
          ...made,
        ];
        for (let at = 1; at < all.length; at++) expect(all[at]! > all[at - 1]!).toBe(true);
      }),
    );
  });
});

describe("a folder of migrations", () => {
  test("tells Alembic's head and Django's leaf, and refuses two", async () => {
    await writeFile(join(folder, "a_x.py"), 'revision = "aaa"\ndown_revision = None\n');
    await writeFile(join(folder, "b_y.py"), "revision: str = 'bbb'\ndown_revision: Union[str, None] = 'aaa'\n");
    expect(await alembicHead(await openPlace(folder))).toBe("bbb");
    await writeFile(join(folder, "c_z.py"), "revision = 'ccc'\ndown_revision = 'aaa'\n");
    await expect(alembicHead(await openPlace(folder))).rejects.toMatchObject({
      code: "INPUT_INVALID",
      hint: expect.stringContaining("merge"),
    });
    await mkdir(join(folder, "shop/migrations"), { recursive: true });
    await writeFile(join(folder, "shop/migrations/0001_initial.py"), "");
    const place = await openPlace(join(folder, "shop/migrations"));
    expect(djangoLeaf(place)).toEqual({ app: "shop", leaf: "0001_initial" });
    await writeFile(join(folder, "shop/migrations/0001_other.py"), "");
    expect(() => djangoLeaf({ ...place, existing: ["0001_initial.py", "0001_other.py"] })).toThrow("two newest");
  });

  test("keeps every file that is there: all files are written, or none", async () => {
    await writeFile(join(folder, "b.sql"), "mine");
    await expect(
      writeFiles(folder, [
        { path: "a.sql", text: "new" },
        { path: "b.sql", text: "new" },
      ]),
    ).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("it is there already") });
    expect(await readdir(folder)).toEqual(["b.sql"]);
    expect(await readFile(join(folder, "b.sql"), "utf8")).toBe("mine");
  });
});

describe("what a report holds", () => {
  test("an id that is not there, or begins several, is refused with those there are", async () => {
    await expect(chooseItems(parser, literalReport, ["ffffffffffff"])).rejects.toThrow('nothing with the id "ffffffffffff"');
    const [first] = literalReport.recommendations;
    const { items } = await chooseItems(parser, literalReport, [first!.id.slice(0, 6)]);
    expect(items.map((item) => item.id)).toEqual([first!.id]);
  });

  test("a tool that is not known is answered with the nearest", () => {
    expect(() => formatOf("golang-migrat")).toThrow("No migrations are written");
    expect(() => formatOf("drizzle")).toThrow("No migrations are written");
  });

  test("a rewrite, and SQL that somebody slipped in, become text for a person and no migration", async () => {
    const [first] = literalReport.recommendations;
    const slipped = {
      ...first!,
      apply: ["CREATE INDEX CONCURRENTLY a ON public.b (c)", "DROP TABLE public.users"],
      title: "x\n# <script>",
    };
    const rewrite = {
      ...first!,
      id: "aaaaaaaaaaaa",
      candidate: { ...first!.candidate, change: { kind: "rewrite", fingerprint: "f", sql: "select 1", assumes: [] } as const },
      apply: ["select 1"],
      undo: [],
    };
    const { items, suggestions } = await chooseItems(parser, { ...literalReport, recommendations: [slipped, rewrite] }, []);
    expect(items).toEqual([]);
    const text = suggestionText(suggestions);
    expect(text).toContain("Not written as a migration");
    expect(text).not.toMatch(/^# <script>/m);
    expect(text).not.toContain("<script>");
  });

  test.each(formats.map((format) => [format.name, format] as const))(
    "%s: names that try to leave their literal or comment stay inside it",
    async (_, format) => {
      const names = [
        "SQL",
        "a\nSQL\nsystem('x')\n",
        '"""',
        "`${process.exit()}`",
        "'); DROP TABLE x; --",
        "\\",
        "*/",
        "%s :bind ?",
        "é\u2028b",
        "$plansmith$",
      ];
      for (const name of names) {
        const quoted = `"${name.replaceAll('"', '""')}"`;
        const sql = `CREATE INDEX CONCURRENTLY ${quoted} ON public.${quoted} (${quoted})`;
        const report = {
          ...literalReport,
          recommendations: [{ ...literalReport.recommendations[0]!, title: `index on ${name}`, cautions: [name], apply: [sql], undo: [] }],
        };
        const { items, suggestions } = await chooseItems(parser, report, []);
        if (items.length === 0) {
          expect(suggestions).toHaveLength(1);
          continue;
        }
        const place = await openPlace(folder);
        const files = await planFiles(items, { format, place, now, lockTimeout: "5s", parser });
        const statements: string[] = [];
        for (const file of files.filter((each) => /\.(sql|rb|py|js|ts)$/.test(each.path))) {
          const found = { path: `migrations/${file.path}`, content: Buffer.from(file.text), isNew: true };
          const read = await readMigration(parser, found, { runner: format.convention, placeholders: {} });
          expect(read?.notices ?? [], `${name}: ${file.text}`).toEqual([]);
          statements.push(...(read?.statements.map((each) => each.sql) ?? []));
        }
        const known = /^(SET|RESET|DO|DROP INDEX CONCURRENTLY IF EXISTS|CREATE INDEX CONCURRENTLY|SELECT 1)/;
        for (const statement of statements) expect(statement).toMatch(known);
        expect(statements.filter((each) => each.startsWith("CREATE INDEX"))).toHaveLength(1);
      }
    },
  );
});
