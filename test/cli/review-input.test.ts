import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { reviewRun } from "../../src/cli/review-run.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Report } from "../../src/domain/report.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-input-"));
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function review(paths: readonly string[], flags: Parameters<typeof reviewRun>[1] = {}, config = "{}") {
  const output = join(folder, "report.json");
  const exitCode = await reviewRun(paths, { "pg-version": "16", output, ...flags }, parseConfig(config, "test"));
  const report = JSON.parse(await readFile(output, "utf8")) as Report;
  const lines = [...(report.review?.notices ?? []), ...report.findings.filter((each) => each.rule === "migration/cannot-parse")];
  return { exitCode, report, lines: lines.map((each) => each.message) };
}

const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", ...args], { cwd: folder });

describe("input that cannot be read is told in a line, and the rest is reviewed", () => {
  test("a folder with every kind of it", async () => {
    await write({
      "schema.sql": "create table orders (id bigint primary key, note text);",
      "m/01_binary.sql": new Uint8Array([0x53, 0, 1, 2]),
      "m/02_large.sql": Buffer.alloc(5 * 1024 * 1024, " "),
      "m/03_quote.sql": "select 'never closed;\n",
      "m/04_psql.sql": "\\i other.sql\nalter table orders add column from_psql int;\n",
      "m/05_jinja.sql": "alter table {{ table }} add column x int;\nalter table orders add column from_jinja int;\n",
      "m/06_shell.sql": `alter table \${table} add column x int;\n`,
      "m/07_crlf_bom.sql": "\uFEFFalter table orders\r\n  alter column note set not null;\r\n",
      "m/08_empty.sql": "",
      "m/09_utf16.sql": Buffer.from("\uFEFFselect 1;", "utf16le"),
    });
    const { report, lines, exitCode } = await review(["m"], { schema: join(folder, "schema.sql") });
    for (const line of [
      /01_binary\.sql is a binary file/,
      /02_large\.sql has 5\.0 MB.*data loads/,
      /a quote \('\) is opened and never closed/,
      /psql command \\i other\.sql is not followed/,
      /template placeholder \{\{ table \}\} has no value/,
      /template placeholder \$\{table\} has no value/,
      /09_utf16\.sql is UTF-16/,
    ])
      expect(
        lines.filter((each) => line.test(each)),
        String(line),
      ).toHaveLength(1);
    const said = report.findings.find((each) => each.rule === "migration/set-not-null-scan");
    expect(said?.place).toMatchObject({ file: "m/07_crlf_bom.sql", line: 1 });
    expect(report.review?.files.reduce((sum, file) => sum + file.statementCount, 0)).toBe(3);
    expect(exitCode).toBe(1); // the quote is an error
  });

  test("an empty folder", async () => {
    await mkdir(join(folder, "empty"));
    const { report, lines, exitCode } = await review(["empty"]);
    expect(lines).toEqual(expect.arrayContaining(['no migration in "empty"']));
    expect(report.findings).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test("a path that is not there is wrong usage", async () => {
    await expect(review(["nowhere"])).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("nowhere") });
  });
});

describe("migrations in code, from a branch", () => {
  const rails = (body: string, head = "") => `class X < ActiveRecord::Migration[7.1]\n${head}  def change\n    ${body}\n  end\nend\n`;

  test("Rails: earlier ones give the schema, a new one is run and judged at its own lines", async () => {
    await write({
      "db/migrate/20240101000000_make.rb": rails("create_table :orders do |t|\n      t.string :note\n      t.timestamps\n    end"),
    });
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "base");
    await write({
      "db/migrate/20240201000000_index.rb": rails(
        "add_index :orders, :note\n    add_index :orders, :nosuch\n    Order.reset_column_information",
      ),
    });
    const { report, lines } = await review([], { base: "HEAD" });
    expect(report.review?.basis.words).toMatch(/^schema from 1 earlier migration/);
    expect(report.findings.map((each) => [each.place?.line, each.rule])).toEqual(
      expect.arrayContaining([
        [3, "migration/index-not-concurrent"],
        [4, "migration/fails-to-apply"],
      ]),
    );
    expect(lines).toEqual(expect.arrayContaining(["not reviewed: Order.reset_column_information"]));
    expect(report.review?.files.find((file) => file.isNew)?.runner).toBe("rails");
  });

  test("a finding in code is accepted by a comment of the code", async () => {
    await write({
      "schema.sql": "create table orders (id bigint primary key, note text);",
      "db/migrate/20240201000000_index.rb": rails(
        "# plansmith: allow index-not-concurrent: the table is empty\n    add_index :orders, :note",
      ),
    });
    const { report } = await review(["db/migrate"], { schema: join(folder, "schema.sql") });
    expect(report.review?.suppressed.map((each) => each.rule)).toContain("migration/index-not-concurrent");
  });

  test("structure.sql: the difference is run on the old dump, at the new dump's lines", async () => {
    const dump = (columns: string) => `SET search_path = '';\nCREATE TABLE public.orders (\n    id bigint NOT NULL${columns}\n);\n`;
    await write({ "db/structure.sql": dump("") });
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "base");
    await write({
      "db/structure.sql": dump(",\n    code uuid DEFAULT gen_random_uuid()"),
      "db/migrate/20240201000000_x.rb": rails("do_it_all"),
    });
    const { report, lines } = await review([], { base: "HEAD" });
    expect(report.findings.map((each) => [each.place?.file, each.place?.line, each.rule])).toContainEqual([
      "db/structure.sql",
      4,
      "migration/add-column-volatile-default",
    ]);
    expect(lines.join()).toMatch(/in place of the Ruby migrations/);
  });

  test("a configured command prints SQL with --run-commands alone, and not with --files github", async () => {
    await write({
      "schema.sql": "create table shop_order (id bigint primary key, note text);",
      "shop/migrations/0002_x.py":
        "class Migration(migrations.Migration):\n    operations = [migrations.AlterField('order', 'note', models.TextField())]\n",
    });
    const script = "process.stdout.write('ALTER TABLE shop_order ALTER COLUMN note SET NOT NULL;')";
    const config = JSON.stringify({
      review: { commands: [{ files: String.raw`migrations/(\w+)\.py$`, run: [process.execPath, "-e", script], runner: "django" }] },
    });
    const schema = join(folder, "schema.sql");
    const silent = await review(["shop"], { schema }, config);
    expect(silent.lines.join()).toMatch(/say --run-commands/);
    expect(silent.report.findings).toEqual([]);
    const told = await review(["shop"], { schema, "run-commands": true }, config);
    expect(told.report.findings.map((each) => each.rule)).toContain("migration/set-not-null-scan");
    expect(told.report.review?.files[0]?.runner).toBe("django");
    await expect(review([], { files: "github", "run-commands": true }, config)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
