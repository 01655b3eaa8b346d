import type { Runner } from "../rule/migration.ts";

/** A migration tool as its files show it: which files are its, what part runs forward, and how it runs it. */
export interface Convention {
  readonly name: string;
  /** True when path or text is this tool's. The first that says so wins. */
  readonly owns: (path: string, text: string) => boolean;
  /** Files that undo or verify: never reviewed, never run. */
  readonly backward?: (path: string) => boolean;
  /** Lines that open the forward part and the part to leave out; absent = the whole file runs. */
  readonly sections?: { readonly forward: RegExp; readonly backward: RegExp };
  readonly runner: (facts: FileFacts) => Omit<Runner, "name">;
}

export interface FileFacts {
  readonly text: string;
  /** Statements of the forward part, in order. */
  readonly statements: readonly string[];
}

/** What a server refuses inside a transaction block: CREATE/DROP INDEX CONCURRENTLY, REINDEX, DETACH, VACUUM, databases. */
export function outsideOnly(sql: string): boolean {
  return (
    /^(create|drop)\s+(unique\s+)?index\s+concurrently\b/i.test(sql) ||
    /^reindex\b[\s\S]*\bconcurrently\b/i.test(sql) ||
    /\bdetach\s+partition\b[\s\S]*\bconcurrently\b/i.test(sql) ||
    /^(vacuum|create\s+database|drop\s+database|alter\s+system|create\s+tablespace|drop\s+tablespace)\b/i.test(sql) ||
    /^(reindex\s+(database|system|schema)|cluster\s*$)/i.test(sql)
  );
}

const asWritten = { wrapsInTransaction: false, canRunOutsideTransaction: true, outsideTransaction: null };
const alone = "Put the statement alone in a migration file of its own.";
/** One query string: PostgreSQL makes several statements in it one transaction, a single one runs by itself. */
const oneString = ({ statements }: FileFacts) => ({
  wrapsInTransaction: statements.length > 1,
  canRunOutsideTransaction: true,
  outsideTransaction: alone,
});
const wrapped = (switchedOff: boolean, outsideTransaction: string) => ({
  wrapsInTransaction: !switchedOff,
  canRunOutsideTransaction: true,
  outsideTransaction,
});
const marker = (word: string) => new RegExp(String.raw`^[ \t]*--[ \t]*${word}\b[^\r\n]*`, "im");

/**
 * Facts of each tool's own manual or source (facts/migrations.md 3.10). Order matters: a marker in the text is surer than a path,
 * and `plain` takes what is left.
 */
export const conventions: readonly Convention[] = [
  {
    name: "dbmate",
    owns: (_, text) => marker("migrate:up").test(text),
    sections: { forward: marker("migrate:up"), backward: marker("migrate:down") },
    runner: ({ text, statements }) => {
      const off = /^[ \t]*--[ \t]*migrate:up\b[^\r\n]*\btransaction:false\b/im.test(text);
      return {
        wrapsInTransaction: !off || statements.length > 1,
        canRunOutsideTransaction: true,
        outsideTransaction:
          "Open the file with `-- migrate:up transaction:false` and leave the statement alone in it: dbmate sends a file as one string.",
      };
    },
  },
  {
    name: "goose",
    owns: (_, text) => marker(String.raw`\+goose\s+up`).test(text),
    sections: { forward: marker(String.raw`\+goose\s+up`), backward: marker(String.raw`\+goose\s+down`) },
    runner: ({ text }) =>
      wrapped(marker(String.raw`\+goose\s+no\s+transaction`).test(text), "Write `-- +goose NO TRANSACTION` at the top of the file."),
  },
  {
    name: "liquibase",
    owns: (_, text) => /^[ \t\uFEFF]*--[ \t]*liquibase formatted sql/i.test(text),
    runner: ({ text }) =>
      wrapped(
        /^[ \t]*--[ \t]*changeset\b[^\r\n]*\brunInTransaction:false\b/im.test(text),
        "Write `runInTransaction:false` on the changeset's line.",
      ),
  },
  {
    name: "node-pg-migrate",
    owns: (_, text) => marker(String.raw`up\s+migration`).test(text),
    sections: { forward: marker(String.raw`up\s+migration`), backward: marker(String.raw`down\s+migration`) },
    runner: () => wrapped(false, "Run the file with `--no-transaction`, or write it in JavaScript with `pgm.noTransaction()`."),
  },
  {
    name: "drizzle",
    owns: (path, text) => /^[ \t]*-->[ \t]*statement-breakpoint/m.test(text) || /(^|\/)drizzle\/\d{4}_[^/]*\.sql$/.test(path),
    runner: () => ({
      wrapsInTransaction: true,
      canRunOutsideTransaction: false,
      outsideTransaction: "Drizzle's migrator runs everything in one transaction: run this statement by hand, outside the migrator.",
    }),
  },
  {
    name: "prisma",
    owns: (path) => /(^|\/)migrations\/[^/]+\/migration\.sql$/.test(path),
    backward: (path) => path.endsWith("/down.sql"),
    runner: oneString,
  },
  {
    name: "golang-migrate",
    owns: (path) => /(^|\/)\d+_[^/]*\.(up|down)\.sql$/.test(path),
    backward: (path) => path.endsWith(".down.sql"),
    runner: oneString,
  },
  {
    name: "flyway",
    owns: (path) => /(^|\/)(?:[VUB]\d[\d._]*|R)__[^/]*\.sql$/.test(path),
    backward: (path) => /(^|\/)U[\d._]*__/.test(path),
    // Flyway looks at each statement: a file that holds only such statements runs outside a transaction by itself.
    runner: ({ statements }) =>
      wrapped(
        statements.length > 0 && statements.every(outsideOnly),
        "Put such statements in a file of their own (Flyway then uses no transaction) and set `flyway.postgresql.transactional.lock=false`, or Flyway's own lock makes it wait for ever.",
      ),
  },
  {
    name: "sqitch",
    owns: (path) => /(^|\/)(deploy|revert|verify)\/[^/]*\.sql$/.test(path),
    backward: (path) => /(^|\/)(revert|verify)\//.test(path),
    runner: () => asWritten,
  },
  {
    name: "diesel",
    owns: (path) => /(^|\/)migrations\/[^/]+\/(up|down)\.sql$/.test(path),
    backward: (path) => path.endsWith("/down.sql"),
    runner: () => wrapped(false, "Write `run_in_transaction = false` in the migration's metadata.toml."),
  },
  {
    name: "sqlx",
    owns: (_, text) => /^[\s\uFEFF]*--[ \t]*no-transaction\b/i.test(text),
    runner: oneString,
  },
  {
    name: "supabase",
    owns: (path) => /(^|\/)supabase\/migrations\/\d{14}_[^/]*\.sql$/.test(path),
    runner: oneString,
  },
  { name: "plain", owns: () => true, backward: (path) => /(^|[./_-])(down|rollback|undo)\.sql$/i.test(path), runner: () => asWritten },
];

/** Tools whose files are not SQL: what they print is reviewed as theirs, through the command hook. */
const printed: readonly Convention[] = [
  {
    name: "django",
    owns: () => false,
    runner: () => wrapped(false, "Set `atomic = False` on the Migration and use AddIndexConcurrently."),
  },
  {
    name: "alembic",
    owns: () => false,
    runner: () => wrapped(false, "Open `with op.get_context().autocommit_block():` around the operation."),
  },
  { name: "rails", owns: () => false, runner: () => wrapped(false, "Write `disable_ddl_transaction!` in the migration class.") },
  { name: "knex", owns: () => false, runner: () => wrapped(false, "Write `exports.config = { transaction: false }` in the migration.") },
  {
    name: "typeorm",
    owns: () => false,
    runner: () => wrapped(false, "Write `transaction = false` in the migration class and run with `--transaction each`."),
  },
  { name: "sequelize", owns: () => false, runner: () => asWritten },
  {
    name: "ecto",
    owns: () => false,
    runner: () => wrapped(false, "Write `@disable_ddl_transaction true` and `@disable_migration_lock true` in the module."),
  },
];

export const conventionNames: readonly string[] = [...conventions, ...printed].map((convention) => convention.name);

/** The convention called so, else the one that the file shows. */
export function conventionOf(path: string, text: string, named: string | null): Convention {
  const byName = [...conventions, ...printed].find((convention) => convention.name === named);
  return byName ?? conventions.find((convention) => convention.owns(path, text))!; // `plain` owns everything
}
