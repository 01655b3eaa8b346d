import fc from "fast-check";
import { expect, test } from "vitest";
import { readAlembic } from "../../src/code-migrations/alembic-migration.ts";
import { alignedSql } from "../../src/code-migrations/code-migration.ts";
import { readDjango } from "../../src/code-migrations/django-migration.ts";
import { readRails } from "../../src/code-migrations/rails-migration.ts";
import { readScript } from "../../src/code-migrations/script-migration.ts";

/** Pieces from which code is made, put together at random: most of it broken, some of it read. */
const pieces = [
  "def change\n",
  "  def up\n",
  "end\n",
  "  end\n",
  "add_index :a, :b",
  "add_column(:a, 'b', :text)",
  "execute <<~SQL\n",
  "SQL\n",
  "drop table a;\n",
  "create_table :a do |t|\n",
  "t.string :b\n",
  "if x\n",
  "{",
  "}",
  "(",
  ")",
  "[",
  "'",
  '"',
  '"""',
  "'''",
  "\\",
  "#{x}",
  "# note\n",
  "\n",
  " ",
  ",",
  "=>",
  "def upgrade():\n",
  "    op.drop_column('a', 'b')\n",
  '    op.execute("""\n',
  "migrations.RunSQL(",
  "exports.up = (knex) => {\n",
  "knex.raw(`",
  "`)",
  "${x}",
  "--",
  "/*",
  "*/",
  "é",
  "\r\n",
];
const code = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(""));

test.each([
  ["Rails", readRails],
  ["Alembic", readAlembic],
  ["Django", readDjango],
  ["script", readScript],
] as const)("%s: any text is read to its end, places are in it, and its SQL keeps its lines", (_, read) => {
  fc.assert(
    fc.property(code, (source) => {
      const { statements, open } = read(source);
      const count = source.split(/\r\n|\n|\r/).length;
      for (const { line } of [...statements, ...open]) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(count + 1);
      }
      expect(alignedSql(source, statements).split("\n")).toHaveLength(count);
    }),
    { numRuns: 500 },
  );
});

test("a bracket that is never closed over 100,000 lines costs no more than reading them", () => {
  const body = `class X < ActiveRecord::Migration[7.0]\n  def change\n${"    foo(\n".repeat(100_000)}  end\nend\n`;
  // 100,000 lines in one statement would be read 100,000 times: the test would not end.
  expect(readRails(body).statements).toEqual([]);
  expect(readAlembic(`def upgrade():\n${'    op.execute("""\n'.repeat(20_001)}`).open.length).toBeGreaterThan(0);
});
