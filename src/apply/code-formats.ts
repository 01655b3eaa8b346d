import { createHash } from "node:crypto";
import type { Format } from "./format.ts";
import type { Part } from "./parts.ts";
import { alembicHead, djangoLeaf } from "./place.ts";
import type { Line } from "./script.ts";

// Names of a database end up in these literals: each is written so that no text can end it.

/** A Python literal; over several lines where the text has them and nothing to escape. */
function python(sql: string): string {
  // JSON's escapes mean the same in Python.
  return sql.includes("\n") && !/["\\]/.test(sql) ? `"""${sql}"""` : JSON.stringify(sql);
}

/** A template literal of JavaScript and TypeScript. */
function template(sql: string): string {
  return `\`${sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
}

/** A heredoc without interpolation, under a word that no line of the text is. */
function heredoc(sql: string, indent: string): string {
  const lines = `${sql};`.split(/\r\n|\n|\r/);
  let word = "SQL";
  while (lines.some((line) => line.trim() === word)) word += "_";
  return `<<~'${word}'\n${lines.map((line) => `${indent}  ${line}\n`).join("")}${indent}${word}`;
}

const notes = (head: readonly string[], mark: string) => head.map((line) => `${mark} ${line}\n`).join("");
const camel = (slug: string) => slug.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** SQLAlchemy's text() takes `:word` for a parameter, and `\:` for a colon. */
const forSqlAlchemy = (sql: string) => sql.replaceAll(/(?<![:\w\\]):(?=\w)/g, "\\:");
/** Knex takes `?` for a parameter, and `\?` for an operator. */
const forKnex = (sql: string) => sql.replaceAll("?", "\\?");

function railsText(part: Part, version: string): string {
  const method = (name: string, lines: readonly Line[]) =>
    `  def ${name}\n${lines.map((line) => `${line.note === null ? "" : `    # ${line.note}\n`}    execute ${heredoc(line.sql, "    ")}\n`).join("")}  end\n`;
  return `${notes(part.head, "#")}class ${camel(part.slug)} < ActiveRecord::Migration[${version}]\n${part.outside ? "  disable_ddl_transaction!\n\n" : ""}${method("up", part.up)}\n${method("down", part.down)}end\n`;
}

function djangoText(part: Part, { app, leaf }: { readonly app: string; readonly leaf: string | null }): string {
  const forward = part.up.map((line) => `        migrations.RunSQL(sql=${python(line.sql)}, reverse_sql=migrations.RunSQL.noop),\n`);
  // Django goes backwards through the operations to take them back.
  const back = part.down
    .toReversed()
    .map((line) => `        migrations.RunSQL(sql=migrations.RunSQL.noop, reverse_sql=${python(line.sql)}),\n`);
  const dependencies = leaf === null ? "[]" : `[(${JSON.stringify(app)}, ${JSON.stringify(leaf)})]`;
  return `${notes(part.head, "#")}from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n${part.outside ? "    atomic = False\n" : ""}    dependencies = ${dependencies}\n\n    operations = [\n${[...forward, ...back].join("")}    ]\n`;
}

function alembicText(part: Part, revision: string, previous: string | null): string {
  const body = (lines: readonly Line[]) => {
    if (lines.length === 0) return "    pass\n";
    const [open, indent] = part.outside ? ["    with op.get_context().autocommit_block():\n", "        "] : ["", "    "];
    return open + lines.map((line) => `${indent}op.execute(${python(forSqlAlchemy(line.sql))})\n`).join("");
  };
  const down = previous === null ? "None" : JSON.stringify(previous);
  return `"""${part.slug}"""\n${notes(part.head, "#")}from alembic import op\n\nrevision = "${revision}"\ndown_revision = ${down}\nbranch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n${body(part.up)}\n\ndef downgrade() -> None:\n${body(part.down)}`;
}

function scriptText(
  part: Part,
  call: (line: Line) => string,
  frame: { readonly top: string; readonly before: string; readonly variable: string },
): string {
  const method = (name: string, lines: readonly Line[]) =>
    `exports.${name} = async (${frame.variable}) => {\n${lines.length === 0 ? "" : frame.before}${lines.map((line) => `${line.note === null ? "" : `  // ${line.note}\n`}  ${call(line)}\n`).join("")}};\n`;
  return `${notes(part.head, "//")}${frame.top}${method("up", part.up)}\n${method("down", part.down)}`;
}

/** Tools whose migrations are code. Indexes are made by SQL, so that what `review` reads is what runs. */
export const codeFormats: readonly Format[] = [
  {
    name: "rails",
    convention: "rails",
    numbering: "timestamp",
    folders: ["db/migrate"],
    settings: true,
    guards: true,
    prepare: async (place) => {
      const versions = (await place.read(".rb")).flatMap((file) => /ActiveRecord::Migration\[(\d+\.\d+)\]/.exec(file.text)?.[1] ?? []);
      return { previous: null, own: versions.at(-1) ?? "7.0" };
    },
    write: (part, version, { own }) => {
      const name = `${version}_${part.slug}.rb`;
      return { files: [{ path: name, text: railsText(part, own) }], name };
    },
    note: null,
  },
  {
    name: "django",
    convention: "django",
    numbering: "four-digits",
    folders: ["migrations"],
    settings: true,
    guards: true,
    prepare: async (place) => {
      const { app, leaf } = djangoLeaf(place);
      return { previous: leaf, own: app };
    },
    write: (part, version, { own, previous }) => {
      const name = `${version}_${part.slug}`;
      return { files: [{ path: `${name}.py`, text: djangoText(part, { app: own, leaf: previous }) }], name };
    },
    note: null,
  },
  {
    name: "alembic",
    convention: "alembic",
    numbering: "none",
    folders: ["alembic/versions", "migrations/versions", "versions"],
    settings: true,
    guards: true,
    prepare: async (place) => ({ previous: await alembicHead(place), own: "" }),
    write: (part, _version, { previous }) => {
      const revision = createHash("sha256").update(`${previous} ${part.slug}`).digest("hex").slice(0, 12);
      return { files: [{ path: `${revision}_${part.slug}.py`, text: alembicText(part, revision, previous) }], name: revision };
    },
    note: "Run with transaction_per_migration=True in env.py; autogenerate drops indexes that the models do not name.",
  },
  {
    name: "knex",
    convention: "knex",
    numbering: "timestamp",
    folders: ["migrations", "db/migrations"],
    // Without a transaction each statement takes any session of the pool.
    settings: false,
    guards: true,
    write: (part, version) => {
      const name = `${version}_${part.slug}.js`;
      const top = part.outside ? "exports.config = { transaction: false };\n\n" : "";
      const text = scriptText(part, (line) => `await knex.raw(${template(forKnex(line.sql))});`, { top, before: "", variable: "knex" });
      return { files: [{ path: name, text }], name };
    },
    note: null,
  },
  {
    name: "node-pg-migrate",
    convention: "node-pg-migrate",
    numbering: "milliseconds",
    folders: ["migrations"],
    settings: true,
    guards: true,
    write: (part, version) => {
      const name = `${version}_${part.slug}.js`;
      const before = part.outside ? "  pgm.noTransaction();\n" : "";
      const text = scriptText(part, (line) => `pgm.sql(${template(line.sql)});`, { top: "", before, variable: "pgm" });
      return { files: [{ path: name, text }], name };
    },
    note: null,
  },
  {
    name: "typeorm",
    convention: "typeorm",
    numbering: "milliseconds",
    folders: ["src/migrations", "src/migration", "migrations"],
    settings: true,
    guards: true,
    write: (part, version) => {
      const className = `${camel(part.slug)}${version}`;
      const method = (name: string, lines: readonly Line[]) =>
        `  public async ${name}(queryRunner: QueryRunner): Promise<void> {\n${lines.map((line) => `    await queryRunner.query(${template(line.sql)});\n`).join("")}  }\n`;
      const text = `import { MigrationInterface, QueryRunner } from "typeorm";\n\n${notes(part.head, "//")}export class ${className} implements MigrationInterface {\n  name = "${className}";\n${part.outside ? "  transaction = false;\n" : ""}\n${method("up", part.up)}\n${method("down", part.down)}}\n`;
      const name = `${version}-${part.slug}.ts`;
      return { files: [{ path: name, text }], name };
    },
    note: "Run with --transaction each.",
  },
];
