import { describe, expect, test } from "vitest";
import { readAlembic } from "../../src/code-migrations/alembic-migration.ts";
import { readDjango } from "../../src/code-migrations/django-migration.ts";
import { codeTool } from "../../src/code-migrations/read-code.ts";
import { readScript } from "../../src/code-migrations/script-migration.ts";

function alembic(body: string) {
  const lines = body.split("\n").map((line) => `    ${line}`);
  return readAlembic(
    `revision = "1"\ndown_revision = "0"\n\ndef upgrade() -> None:\n${lines.join("\n")}\n\ndef downgrade():\n    op.drop_table("x")\n`,
  );
}

describe("an Alembic operation becomes what its PostgreSQL dialect writes", () => {
  test.each([
    ['op.create_index("i", "orders", ["a", sa.text("lower(b)")], unique=True)', "CREATE UNIQUE INDEX i ON orders (a, lower(b))"],
    [
      'op.create_index(op.f("i"), "orders", ["a"], postgresql_concurrently=True, if_not_exists=True, postgresql_where=sa.text("a > 0"), schema="app")',
      "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON app.orders (a) WHERE a > 0",
    ],
    ['op.drop_index("i", table_name="orders", postgresql_concurrently=True)', "DROP INDEX CONCURRENTLY i"],
    [
      'op.add_column("orders", sa.Column("n", sa.BigInteger(), nullable=False, server_default="0"))',
      "ALTER TABLE orders ADD COLUMN n BIGINT DEFAULT '0' NOT NULL",
    ],
    [
      'op.add_column("orders", sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now()))',
      "ALTER TABLE orders ADD COLUMN at TIMESTAMP WITH TIME ZONE DEFAULT now()",
    ],
    [
      'op.add_column("orders", sa.Column("u", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE")))',
      "ALTER TABLE orders ADD COLUMN u INTEGER REFERENCES users (id) ON DELETE CASCADE",
    ],
    ['op.drop_column("orders", "n")', "ALTER TABLE orders DROP COLUMN n"],
    ['op.alter_column("orders", "n", existing_type=sa.Integer(), nullable=False)', "ALTER TABLE orders ALTER COLUMN n SET NOT NULL"],
    [
      'op.alter_column("orders", "n", type_=sa.String(length=20), postgresql_using="n::text")',
      "ALTER TABLE orders ALTER COLUMN n TYPE VARCHAR(20) USING n::text",
    ],
    ['op.alter_column("orders", "n", new_column_name="m")', "ALTER TABLE orders RENAME COLUMN n TO m"],
    [
      'op.create_foreign_key("fk", "orders", "users", ["u"], ["id"], ondelete="SET NULL", postgresql_not_valid=True)',
      "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (u) REFERENCES users (id) ON DELETE SET NULL NOT VALID",
    ],
    ['op.create_unique_constraint("uq", "orders", ["a", "b"])', "ALTER TABLE orders ADD CONSTRAINT uq UNIQUE (a, b)"],
    ['op.create_check_constraint("c", "orders", "a > 0")', "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0)"],
    ['op.drop_constraint("c", "orders", type_="check")', "ALTER TABLE orders DROP CONSTRAINT c"],
    ['op.rename_table("a", "b")', "ALTER TABLE a RENAME TO b"],
    ['op.execute("select 1")', "select 1"],
    ['op.execute(sa.text("select " "1"))', "select 1"],
    [
      'op.create_table("t",\n    sa.Column("id", sa.Integer(), nullable=False),\n    sa.Column("tags", postgresql.ARRAY(sa.Text())),  # labels\n    sa.PrimaryKeyConstraint("id"),\n)',
      "CREATE TABLE t (id INTEGER NOT NULL, tags TEXT[], PRIMARY KEY (id))",
    ],
  ])("%s", (python, sql) => {
    const { statements, open } = alembic(python);
    expect(open).toEqual([]);
    expect(statements).toEqual([{ line: 5, sql }]);
  });

  test("SQL at the margin of a long string stays in its function", () => {
    const source =
      'down_revision = "0"\ndef upgrade():\n    op.execute("""\nalter table a add b int\n""")\n    op.drop_table("x")\n\ndef downgrade():\n    op.drop_table("y")\n';
    expect(readAlembic(source).statements.map((each) => [each.line, each.sql.trim()])).toEqual([
      [3, "alter table a add b int"],
      [6, "DROP TABLE x"],
    ]);
  });

  test("in a batch the table is the batch's; an autocommit block is outside the transaction", () => {
    expect(alembic('with op.batch_alter_table("orders") as batch_op:\n    batch_op.drop_column("n")').statements).toEqual([
      { line: 6, sql: "ALTER TABLE orders DROP COLUMN n" },
    ]);
    const outside = alembic(
      'with op.get_context().autocommit_block():\n    op.create_index("i", "t", ["a"], postgresql_concurrently=True)',
    );
    expect(outside.outsideTransaction).toBe(true);
    expect(outside.statements).toHaveLength(1);
  });

  test("what stands under a condition, a loop or an except is told once and not read; a try is", () => {
    const { statements, open } = alembic(
      'if x:\n    op.drop_table("a")\n    op.drop_table("b")\ntry:\n    op.drop_table("c")\nexcept Exception:\n    op.drop_table("d")\nop.drop_table("e")',
    );
    expect(statements.map((each) => each.sql)).toEqual(["DROP TABLE c", "DROP TABLE e"]);
    expect(open.map((each) => each.line)).toEqual([5, 10]);
  });

  test.each([
    'op.add_column("orders", sa.Column("s", StatusEnum()))',
    'op.execute(f"drop table {name}")',
    "op.bulk_insert(table, rows)",
    "for name in names:\n    op.drop_table(name)",
    'op.create_index("i", "orders", ["a"], mysql_length=3)',
  ])("not read, and told: %s", (python) => {
    const { statements, open } = alembic(python);
    expect(statements).toEqual([]);
    expect(open[0]).toMatchObject({ line: 5, message: expect.stringMatching(/^not reviewed: /) });
  });
});

test("Django: RunSQL is read, other operations are told with the way to have them printed", () => {
  const { statements, open, outsideTransaction } = readDjango(
    'class Migration(migrations.Migration):\n    atomic = False\n    operations = [\n        migrations.AddField("order", "n", models.IntegerField()),\n        migrations.RunSQL("create index concurrently i on orders (n)", reverse_sql="drop index i"),\n        migrations.RunSQL(\n            """\n            select 1\n            """,\n        ),\n    ]\n',
  );
  expect(statements.map(({ line, sql }) => [line, sql.trim()])).toEqual([
    [5, "create index concurrently i on orders (n)"],
    [7, "select 1"],
  ]);
  expect(open).toEqual([{ line: 4, message: expect.stringMatching(/not reviewed: AddField.*sqlmigrate/) }]);
  expect(outsideTransaction).toBe(true);
});

describe("JavaScript and TypeScript", () => {
  test("SQL literals of the up part are read, with their lines; down is not", () => {
    const { statements, open } = readScript(
      'exports.up = async (knex) => {\n  // knex.raw("not this")\n  await knex.raw("drop index a");\n  await knex.schema.raw(`\n    alter table t add b int\n  `);\n};\nexports.down = (knex) => knex.raw("drop table t");\n',
    );
    expect(statements.map(({ line, sql }) => [line, sql.trim()])).toEqual([
      [3, "drop index a"],
      [4, "alter table t add b int"],
    ]);
    expect(open).toEqual([]);
  });
  test("TypeORM, its transaction switch and its parameters", () => {
    const { statements, outsideTransaction } = readScript(
      "export class A implements MigrationInterface {\n  transaction = false;\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`CREATE INDEX CONCURRENTLY i ON t (a)`);\n  }\n  public async down(queryRunner: QueryRunner) {\n    await queryRunner.query('DROP INDEX i');\n  }\n}\n",
    );
    expect(statements).toEqual([{ line: 4, sql: "CREATE INDEX CONCURRENTLY i ON t (a)" }]);
    expect(outsideTransaction).toBe(true);
  });
  test.each([
    "export class A implements MigrationInterface { async up(q: QueryRunner) { await q.query('select 1'); } }",
    "module.exports = { async up(qi, Sequelize) { await qi.sequelize.query('select 1'); }, async down(qi) { await qi.dropTable('t'); } };",
    "module.exports = { up: async ({ context: builder }) => builder.sequelize.query('select 1') };",
    "export const up = async (pool) => {\n  await pool.query('select 1');\n};",
    "exports.up = function (k) {\n  return k.schema.raw('select 1');\n};",
    "exports.up = k => k.raw('select 1');",
    "export async function up(db: Kysely<any>) {\n  await sql`select 1`.execute(db);\n}",
  ])("SQL is found whatever the connection is called: %s", (source) => {
    const { statements, open } = readScript(source);
    expect(statements.map((each) => each.sql)).toEqual(["select 1"]);
    expect(open).toEqual([]);
  });
  test.each([
    ["a tagged literal with a value", "await sql`drop table ${name}`.execute(knex);"],
    ["an interpolation", "await knex.raw(`drop table ${name}`);"],
    ["a variable", "await knex.raw(sql);"],
    ["a sum", 'await knex.raw("drop table " + name);'],
    ["a schema builder", 'await knex.schema.createTable("t", (t) => {});'],
    ["an operation of node-pg-migrate", 'pgm.addColumns("t", { a: "int" });'],
  ])("%s is told and not guessed", (_, line) => {
    const { statements, open } = readScript(`exports.up = async (knex) => {\n  ${line}\n};\n`);
    expect(statements).toEqual([]);
    expect(open).toMatchObject([{ line: 2 }]);
  });
});

test.each([
  ["db/migrate/20240101000000_add.rb", "class Add < ActiveRecord::Migration[7.1]", "rails"],
  ["app/models/order.rb", "class Order < ApplicationRecord", null],
  ["alembic/versions/1_a.py", 'down_revision = "0"\ndef upgrade():', "alembic"],
  ["shop/migrations/0002_a.py", "class Migration(migrations.Migration):", "django"],
  ["migrations/1_a.ts", "export async function up(knex: Knex) {", "knex"],
  ["migrations/1_a.js", "exports.up = (pgm) => {", "node-pg-migrate"],
  ["migrations/1_a.js", "module.exports = { async up(queryInterface) {", "sequelize"],
  ["migrations/1_a.js", "module.exports = { async up(qi) { await qi.sequelize.query('select 1'); } };", "sequelize"],
  ["migrations/1_a.js", "module.exports = {\n  up(q) {},\n};\nconst { DataTypes } = require('sequelize');", "sequelize"],
  ["src/1-a.ts", "export class A implements MigrationInterface {", "typeorm"],
  ["src/up.ts", "export function up() {", null],
])("%s is of %s → %s", (path, text, name) => expect(codeTool(path, text)?.name ?? null).toBe(name));
