import type { Format, OutputFile } from "./format.ts";
import type { Part } from "./parts.ts";
import type { Line } from "./script.ts";
import { comments, oneStringDown, ownTransaction, sqlLines } from "./sql-text.ts";

const one = (name: string, text: string) => ({ files: [{ path: name, text }], name });

/** `-- +goose StatementBegin` keeps a statement whole that holds semicolons. */
const gooseLines = (lines: readonly Line[]) =>
  lines
    .map((line) => (line.sql.includes(";") ? `-- +goose StatementBegin\n${sqlLines([line])}-- +goose StatementEnd\n` : sqlLines([line])))
    .join("");

/** A file without a way back of its own: that stands in comments at the end. */
const withUndoComment = (part: Part) => {
  const undo = part.down.map((line) => `-- ${line.sql.replaceAll("\n", "\n-- ")};\n`).join("");
  return `${comments(part.head)}${sqlLines(part.up)}${undo === "" ? "" : `\n-- To take it back:\n${undo}`}`;
};

/** Fails where the index is not there or not valid. */
function verifyText({ up }: Part): string {
  const names = up.flatMap(
    (line) =>
      /^CREATE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?("(?:[^"]|"")+"|\S+) ON (?:ONLY )?("(?:[^"]|"")+"|[^.\s]+)\./
        .exec(line.sql)
        ?.slice(1, 3)
        .reverse() ?? [],
  );
  const checks: string[] = [];
  for (let at = 0; at + 1 < names.length; at += 2) {
    const name = `${names[at]}.${names[at + 1]}`;
    checks.push(
      `SELECT 1 / count(*) FROM pg_catalog.pg_index WHERE indexrelid = '${name.replaceAll("'", "''")}'::regclass AND indisvalid;`,
    );
  }
  return `${checks.length === 0 ? "SELECT 1;" : checks.join("\n")}\n`;
}

/** Tools whose migrations are SQL. */
export const sqlFormats: readonly Format[] = [
  {
    name: "sql",
    convention: "plain",
    numbering: "timestamp",
    folders: ["migrations", "."],
    settings: true,
    guards: true,
    write: (part, version) => {
      const name = `${version}_${part.slug}`;
      const text = (lines: readonly Line[]) => `${comments(part.head)}${ownTransaction(lines, part.outside)}`;
      const files: OutputFile[] = [{ path: `${name}.sql`, text: text(part.up) }];
      if (part.down.length > 0) files.push({ path: `${name}.undo.sql`, text: text(part.down) });
      return { files, name };
    },
    note: "Run each with psql -X -v ON_ERROR_STOP=1 -f FILE, and not with --single-transaction.",
  },
  {
    name: "flyway",
    convention: "flyway",
    numbering: "flyway",
    folders: ["src/main/resources/db/migration", "db/migration", "sql"],
    settings: false,
    guards: false,
    write: (part, version) => {
      const name = `${version}__${part.slug}`;
      const files: OutputFile[] = [{ path: `V${name}.sql`, text: `${comments(part.head)}${sqlLines(part.up)}` }];
      if (part.outside) files.push({ path: `V${name}.sql.conf`, text: "executeInTransaction=false\n" });
      if (part.down.length > 0) {
        files.push({ path: `U${name}.sql`, text: `${comments(part.head)}${sqlLines(part.down)}` });
        if (part.down.some((line) => line.alone)) files.push({ path: `U${name}.sql.conf`, text: "executeInTransaction=false\n" });
      }
      return { files, name };
    },
    note: "Set flyway.postgresql.transactional.lock=false, or Flyway's own lock makes CONCURRENTLY wait for ever.",
  },
  {
    name: "golang-migrate",
    convention: "golang-migrate",
    numbering: "timestamp",
    folders: ["migrations", "db/migrations"],
    settings: false,
    guards: false,
    write: (part, version) => {
      const name = `${version}_${part.slug}`;
      const files = [
        { path: `${name}.up.sql`, text: `${comments(part.head)}${sqlLines(part.up)}` },
        { path: `${name}.down.sql`, text: oneStringDown(part.down) },
      ];
      return { files, name };
    },
    note: "When a build fails: migrate force to the version before the file that drops the leftover, then migrate up.",
  },
  {
    name: "dbmate",
    convention: "dbmate",
    numbering: "timestamp",
    folders: ["db/migrations"],
    settings: false,
    guards: false,
    write: (part, version) => {
      const off = part.outside ? " transaction:false" : "";
      const down = part.down.some((line) => line.alone) ? " transaction:false" : "";
      const up = `-- migrate:up${off}\n${comments(part.head)}${sqlLines(part.up)}`;
      return one(`${version}_${part.slug}.sql`, `${up}\n${oneStringDown(part.down, `-- migrate:down${down}\n`)}`);
    },
    note: "When a build fails: dbmate rollback takes back the file that drops the leftover, dbmate up runs both again.",
  },
  {
    name: "goose",
    convention: "goose",
    numbering: "timestamp",
    folders: ["migrations", "db/migrations", "sql/migrations"],
    settings: true,
    guards: true,
    write: (part, version) =>
      one(
        `${version}_${part.slug}.sql`,
        `${part.outside ? "-- +goose NO TRANSACTION\n" : ""}-- +goose Up\n${comments(part.head)}${gooseLines(part.up)}\n-- +goose Down\n${gooseLines(part.down)}`,
      ),
    note: null,
  },
  {
    name: "liquibase",
    convention: "liquibase",
    numbering: "timestamp",
    folders: ["src/main/resources/db/changelog", "db/changelog", "changelog"],
    settings: true,
    guards: false,
    write: (part, version) =>
      one(
        `${version}_${part.slug}.sql`,
        `--liquibase formatted sql\n\n--changeset plansmith:${version}_${part.slug}${part.outside ? " runInTransaction:false" : ""}\n${comments(part.head)}${sqlLines(part.up)}${part.down.map((line) => `--rollback ${line.sql.replaceAll("\n", " ")};\n`).join("")}`,
      ),
    note: "Include the files in your changelog.",
  },
  {
    name: "sqitch",
    convention: "sqitch",
    numbering: "none",
    folders: ["."],
    settings: true,
    guards: true,
    write: (part) => {
      const name = part.slug;
      const text = (verb: string, lines: readonly Line[]) =>
        `-- ${verb} ${name}\n${comments(part.head)}\n${ownTransaction(lines, part.outside)}`;
      const files = [
        { path: `deploy/${name}.sql`, text: text("Deploy", part.up) },
        { path: `revert/${name}.sql`, text: text("Revert", part.down) },
        { path: `verify/${name}.sql`, text: verifyText(part) },
      ];
      return { files, name };
    },
    note: "Add each to the plan: sqitch add NAME -n NOTE; it leaves files that are there alone.",
  },
  {
    name: "prisma",
    convention: "prisma",
    numbering: "timestamp",
    folders: ["prisma/migrations"],
    settings: false,
    guards: false,
    write: (part, version) => {
      const name = `${version}_${part.slug}`;
      const files: OutputFile[] = [{ path: `${name}/migration.sql`, text: `${comments(part.head)}${sqlLines(part.up)}` }];
      if (part.down.length > 0) files.push({ path: `${name}/down.sql`, text: oneStringDown(part.down) });
      return { files, name };
    },
    note: "Name plain indexes in schema.prisma too (@@index with map), or the next migrate dev drops them. When a build fails: drop the INVALID index by hand, then prisma migrate resolve --rolled-back NAME.",
  },
  {
    name: "supabase",
    convention: "supabase",
    numbering: "timestamp",
    folders: ["supabase/migrations"],
    settings: false,
    guards: false,
    write: (part, version) => one(`${version}_${part.slug}.sql`, withUndoComment(part)),
    note: null,
  },
  {
    name: "sqlx",
    convention: "sqlx",
    numbering: "timestamp",
    folders: ["migrations"],
    settings: false,
    guards: false,
    prepare: async (place) => ({ previous: null, own: place.existing.some((name) => name.endsWith(".up.sql")) ? "reversible" : "simple" }),
    write: (part, version, { own }) => {
      const name = `${version}_${part.slug}`;
      const off = (lines: readonly Line[]) => (lines.some((line) => line.alone) ? "-- no-transaction\n" : "");
      if (own !== "reversible") return one(`${name}.sql`, `${off(part.up)}${withUndoComment(part)}`);
      const files = [
        { path: `${name}.up.sql`, text: `${off(part.up)}${comments(part.head)}${sqlLines(part.up)}` },
        { path: `${name}.down.sql`, text: `${off(part.down)}${oneStringDown(part.down)}` },
      ];
      return { files, name };
    },
    note: null,
  },
];
