import { readAlembic } from "./alembic-migration.ts";
import type { CodeMigration } from "./code-migration.ts";
import { readDjango } from "./django-migration.ts";
import { readRails } from "./rails-migration.ts";
import { readScript } from "./script-migration.ts";

/** A tool whose migrations are code: which files are its, and how they are read. */
interface CodeTool {
  /** As the runner is called. */
  readonly name: string;
  readonly owns: (path: string, text: string) => boolean;
  readonly read: (source: string) => CodeMigration;
}

const script = /\.[cm]?[jt]s$/;

/** A marker in the text and a place for it: a file that only mentions a tool is no migration of it. */
const tools: readonly CodeTool[] = [
  {
    name: "rails",
    owns: (path, text) => /(^|\/)\d{14}_\w+\.rb$/.test(path) && /<\s*ActiveRecord::Migration/.test(text),
    read: readRails,
  },
  {
    name: "alembic",
    owns: (path, text) => path.endsWith(".py") && /^down_revision\b/m.test(text) && /^def upgrade\(/m.test(text),
    read: readAlembic,
  },
  {
    name: "django",
    owns: (path, text) => /(^|\/)migrations\/\d{4}_\w+\.py$/.test(path) && /\(migrations\.Migration\)/.test(text),
    read: readDjango,
  },
  { name: "typeorm", owns: (path, text) => script.test(path) && /\bimplements\s+MigrationInterface\b/.test(text), read: readScript },
  {
    name: "node-pg-migrate",
    owns: (path, text) =>
      script.test(path) &&
      /(^|\/)migrations?\//.test(path) &&
      /\b(?:exports\.up\s*=|export\s+(?:async\s+)?(?:function|const)\s+up\b)[^\n]*\bpgm\b/.test(text),
    read: readScript,
  },
  {
    name: "sequelize",
    owns: (path, text) =>
      script.test(path) &&
      /(^|\/)migrations?\//.test(path) &&
      /\bup\b/.test(text) &&
      /\bqueryInterface\b|\.sequelize\s*\.\s*query\s*\(|\brequire\(["']sequelize["']\)|\bfrom ["']sequelize["']/.test(text),
    read: readScript,
  },
  {
    name: "knex",
    owns: (path, text) =>
      script.test(path) &&
      /(^|\/)migrations?\//.test(path) &&
      /\b(?:exports\.up\s*=|export\s+(?:async\s+)?(?:function|const)\s+up\b)/.test(text),
    read: readScript,
  },
];

/** A language in which migrations are written; SQL is none. */
export function isCode(path: string): boolean {
  return /\.(?:rb|py|[cm]?[jt]s)$/.test(path);
}

/** The tool that a file in code is a migration of; null for any other file. */
export function codeTool(path: string, text: string): CodeTool | null {
  return isCode(path) ? (tools.find((tool) => tool.owns(path, text)) ?? null) : null;
}
