import { describe, expect, test } from "vitest";
import { readRails } from "../../src/code-migrations/rails-migration.ts";

function migration(body: string): string {
  return `class X < ActiveRecord::Migration[7.1]\n  def change\n${body.replaceAll(/^/gm, "    ")}\n  end\nend\n`;
}

/** SQL of the lines of a `change` method. */
function sqlOf(body: string): readonly string[] {
  const { statements, open } = readRails(migration(body));
  expect(open).toEqual([]);
  return statements.map((each) => each.sql);
}

describe("a schema statement becomes what Active Record's PostgreSQL adapter writes", () => {
  test.each([
    ["add_index :orders, :note", "CREATE INDEX index_orders_on_note ON orders (note)"],
    [
      'add_index(:orders, [:status, :placed_at], unique: true, name: "o", where: "status = \'open\'", algorithm: :concurrently)',
      "CREATE UNIQUE INDEX CONCURRENTLY o ON orders (status, placed_at) WHERE status = 'open'",
    ],
    ["add_index :orders, %i[a b], order: { b: :desc }", "CREATE INDEX index_orders_on_a_and_b ON orders (a, b DESC)"],
    ['add_index :orders, "lower(note)", name: :lower_note', "CREATE INDEX lower_note ON orders (lower(note))"],
    [
      "add_index :docs, :body, using: :gin, opclass: :gin_trgm_ops",
      "CREATE INDEX index_docs_on_body ON docs USING gin (body gin_trgm_ops)",
    ],
    ["remove_index :orders, :note", "DROP INDEX IF EXISTS index_orders_on_note"],
    ["remove_index :orders, name: :o, algorithm: :concurrently, if_exists: true", "DROP INDEX CONCURRENTLY IF EXISTS o"],
    ["add_column :orders, :note, :string", "ALTER TABLE orders ADD COLUMN note character varying"],
    ["add_column :orders, :n, :integer, limit: 8, default: 0, null: false", "ALTER TABLE orders ADD COLUMN n bigint DEFAULT 0 NOT NULL"],
    ["add_column :orders, :at, :datetime, default: -> { 'now()' }", "ALTER TABLE orders ADD COLUMN at timestamp(6) DEFAULT now()"],
    ["add_column :orders, :tags, :text, array: true, default: []", "ALTER TABLE orders ADD COLUMN tags text[] DEFAULT '{}'"],
    ["add_column :orders, :amount, :decimal, precision: 10, scale: 2", "ALTER TABLE orders ADD COLUMN amount numeric(10, 2)"],
    ['add_column "app.orders", :open, :boolean, default: true', "ALTER TABLE app.orders ADD COLUMN open boolean DEFAULT TRUE"],
    ["remove_column :orders, :note, :string", "ALTER TABLE orders DROP COLUMN note"],
    ["rename_column :orders, :note, :remark", "ALTER TABLE orders RENAME COLUMN note TO remark"],
    ["rename_table :orders, :purchases", "ALTER TABLE orders RENAME TO purchases"],
    ["drop_table :orders, if_exists: true, force: :cascade", "DROP TABLE IF EXISTS orders CASCADE"],
    [
      "change_column :orders, :n, :bigint, null: false, using: 'n::bigint'",
      "ALTER TABLE orders ALTER COLUMN n TYPE bigint USING n::bigint, ALTER COLUMN n SET NOT NULL",
    ],
    ["change_column_null :orders, :note, false", "ALTER TABLE orders ALTER COLUMN note SET NOT NULL"],
    ["change_column_default :orders, :n, from: nil, to: 3", "ALTER TABLE orders ALTER COLUMN n SET DEFAULT 3"],
    ["change_column_default :orders, :n, nil", "ALTER TABLE orders ALTER COLUMN n DROP DEFAULT"],
    [
      "add_foreign_key :orders, :categories, validate: false, on_delete: :nullify",
      "ALTER TABLE orders ADD CONSTRAINT fk_rails_3dd05aae5e FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE SET NULL NOT VALID",
    ],
    ["remove_foreign_key :orders, :categories", "ALTER TABLE orders DROP CONSTRAINT IF EXISTS fk_rails_3dd05aae5e"],
    ["remove_foreign_key :orders, name: :fk", "ALTER TABLE orders DROP CONSTRAINT fk"],
    ["validate_foreign_key :orders, :categories", "ALTER TABLE orders VALIDATE CONSTRAINT fk_rails_3dd05aae5e"],
    [
      "add_check_constraint :orders, 'n > 0', name: 'n_positive', validate: false",
      "ALTER TABLE orders ADD CONSTRAINT n_positive CHECK (n > 0) NOT VALID",
    ],
    ["validate_check_constraint :orders, name: 'n_positive'", "ALTER TABLE orders VALIDATE CONSTRAINT n_positive"],
    ["enable_extension 'pg_trgm'", 'CREATE EXTENSION IF NOT EXISTS "pg_trgm"'],
    ["add_index :orders, :note unless index_exists?(:orders, :note)", "CREATE INDEX index_orders_on_note ON orders (note)"],
    ["safety_assured { remove_column :orders, :note }", "ALTER TABLE orders DROP COLUMN note"],
    ['execute "select 1"', "select 1"],
  ])("%s", (ruby, sql) => expect(sqlOf(ruby)).toEqual([sql]));

  test("add_reference makes a column, its index and its foreign key", () =>
    expect(sqlOf("add_reference :orders, :category, null: false, foreign_key: true, index: { algorithm: :concurrently }")).toEqual([
      "ALTER TABLE orders ADD COLUMN category_id bigint NOT NULL",
      "CREATE INDEX CONCURRENTLY index_orders_on_category_id ON orders (category_id)",
      "ALTER TABLE orders ADD CONSTRAINT fk_rails_3dd05aae5e FOREIGN KEY (category_id) REFERENCES categories (id)",
    ]));

  test("create_table makes its key, its columns, its indexes and its references", () =>
    expect(
      sqlOf(`create_table :lines, id: :uuid do |t|
      t.references :order, foreign_key: { on_delete: :cascade }
      t.string :product, :vendor, null: false
      t.jsonb :extra, default: {}
      t.timestamps
      t.index [:product], unique: true
    end`),
    ).toEqual([
      "CREATE TABLE lines (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, order_id bigint, product character varying NOT NULL, vendor character varying NOT NULL, extra jsonb DEFAULT '{}', created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL)",
      "CREATE INDEX index_lines_on_order_id ON lines (order_id)",
      expect.stringMatching(
        /^ALTER TABLE lines ADD CONSTRAINT fk_rails_\w{10} FOREIGN KEY \(order_id\) REFERENCES orders \(id\) ON DELETE CASCADE$/,
      ),
      "CREATE UNIQUE INDEX index_lines_on_product ON lines (product)",
    ]));
});

test("a migration of an older version makes what that version made: integer keys before 5.1, plain timestamps before 7.0", () => {
  const made = (version: string) =>
    readRails(migration("create_table :a do |t|\n  t.belongs_to :b, index: false\n  t.datetime :at\nend").replace("7.1", version))
      .statements[0]?.sql;
  expect(made("7.0")).toBe("CREATE TABLE a (id bigserial PRIMARY KEY, b_id bigint, at timestamp(6))");
  expect(made("6.1")).toBe("CREATE TABLE a (id bigserial PRIMARY KEY, b_id bigint, at timestamp)");
  expect(made("5.0")).toBe("CREATE TABLE a (id serial PRIMARY KEY, b_id integer, at timestamp)");
});

test("create_join_table makes a table of two keys, under their names together", () => {
  expect(sqlOf("create_join_table :statuses, :tags do |t|\n  t.index %i(tag_id status_id), unique: true\nend")).toEqual([
    "CREATE TABLE statuses_tags (status_id bigint NOT NULL, tag_id bigint NOT NULL)",
    "CREATE UNIQUE INDEX index_statuses_tags_on_tag_id_and_status_id ON statuses_tags (tag_id, status_id)",
  ]);
  expect(sqlOf("create_join_table :music_records, :music_artists")).toEqual([
    "CREATE TABLE music_artists_records (music_record_id bigint NOT NULL, music_artist_id bigint NOT NULL)",
  ]);
});

test("only the forward part is read: change or up, and never dir.down or down", () => {
  const read = (source: string) => readRails(source).statements.map((each) => each.sql);
  expect(
    read("class X < ActiveRecord::Migration[7.0]\n  def up\n    drop_table :a\n  end\n\n  def down\n    drop_table :b\n  end\nend"),
  ).toEqual(["DROP TABLE a"]);
  expect(
    sqlOf(
      "reversible do |dir|\n  dir.up do\n    execute 'select 1'\n  end\n  dir.down do\n    execute 'select 2'\n  end\nend\nremove_column :a, :b",
    ),
  ).toEqual(["select 1", "ALTER TABLE a DROP COLUMN b"]);
});

test("SQL of a heredoc stands on its own lines", () => {
  const { statements } = readRails(
    "class X < ActiveRecord::Migration[7.0]\n  def up\n    execute <<~SQL.squish\n      alter table a\n        add b int;\n    SQL\n  end\nend",
  );
  expect(statements).toEqual([{ line: 4, sql: "      alter table a\n        add b int;" }]);
});

test("disable_ddl_transaction! is a file without a transaction", () => {
  expect(readRails("class X\n  disable_ddl_transaction!\n  def change\n  end\nend").outsideTransaction).toBe(true);
  expect(readRails("class X\n  def change\n  end\nend").outsideTransaction).toBe(false);
});

describe("what is not understood is told with its line, and nothing is guessed", () => {
  test.each([
    ["an interpolation", 'execute "drop table #{name}"'],
    ["a variable", "add_index table, :a"],
    ["an option that is not known", "add_index :a, :b, length: 3"],
    ["a type that is not known", "add_column :a, :b, :geometry_thing"],
    ["a model", "Order.update_all(note: nil)"],
    ["a method of one's own", "add_all_the_things :orders"],
    ["a condition", "if Rails.env.production?\n  drop_table :a\nend"],
    ["a loop", "%w[a b].each do |name|\n  drop_table name\nend"],
    ["a heredoc with an interpolation", "execute <<~SQL\n  drop table #{a}\nSQL"],
    ["a table whose block has an unknown line", "create_table :a do |t|\n  t.geometry_thing :b\nend"],
  ])("%s", (_, body) => {
    const { statements, open } = readRails(migration(body));
    expect(statements).toEqual([]);
    expect(open).toMatchObject([{ line: 3, message: expect.stringMatching(/^not reviewed: /) }]);
  });
});
