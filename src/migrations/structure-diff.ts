import { cutStatement } from "../syntax/cut-statements.ts";
import { positionsIn } from "../syntax/positions.ts";
import { tableChanges } from "./table-diff.ts";

/** A statement of a dump, and what it makes. */
export interface DumpPart {
  readonly sql: string;
  readonly line: number;
  /** What it makes: `table public.orders`, `index public.orders_idx`, `constraint public.orders orders_pkey`; null: not followed. */
  readonly makes: string | null;
}

/** A change of schema as statements; each on the line of the new dump that asks for it. */
export interface StructureDiff {
  readonly statements: readonly { readonly line: number; readonly sql: string }[];
  readonly open: readonly { readonly line: number; readonly message: string }[];
}

/**
 * DDL that takes one `pg_dump -s` (Rails' structure.sql) to another. The migration's own statements may differ: a dump does not say
 * whether an index was built CONCURRENTLY. Objects are matched by name; a renamed one is dropped and made.
 */
export function structureDiff(before: string, after: string): StructureDiff {
  const [old, now] = [parts(before), parts(after)];
  const known = new Set(old.map((part) => squeezed(part.sql)));
  const wanted = new Set(now.map((part) => squeezed(part.sql)));
  const removed = old.filter((part) => !wanted.has(squeezed(part.sql)));
  const added = now.filter((part) => !known.has(squeezed(part.sql)));
  const gone = new Set(removed.flatMap((part) => (part.makes?.startsWith("table ") ? [part.makes.slice(6)] : [])));
  for (const part of now) if (part.makes?.startsWith("table ")) gone.delete(part.makes.slice(6));
  const drops: { line: number; sql: string }[] = [];
  const last: { line: number; sql: string }[] = [];
  const makes: { line: number; sql: string }[] = [];
  const open: { line: number; message: string }[] = [];
  const miss = (line: number, sql: string) => open.push({ line, message: `not reviewed: the dump changes ${squeezed(sql).slice(0, 70)}` });

  for (const part of removed) {
    const successor = added.find((each) => each.makes !== null && each.makes === part.makes);
    const line = successor?.line ?? 1;
    const [kind = "", name = "", own = ""] = part.makes?.split(" ") ?? [];
    if (successor && ["table", "function", "type"].includes(kind)) continue; // changed in place, below
    if (kind === "constraint") {
      if (!gone.has(name)) drops.push({ line, sql: `ALTER TABLE ${name} DROP CONSTRAINT ${own}` });
    } else if (kind === "index") {
      const on = /\bON (?:ONLY )?([^\s(]+)/.exec(part.sql)?.[1] ?? "";
      if (!gone.has(on)) drops.push({ line, sql: `DROP INDEX ${name}` });
    } else if (kind === "trigger") {
      if (!gone.has(name)) drops.push({ line, sql: `DROP TRIGGER ${own} ON ${name}` });
    } else if (kind === "default") {
      if (!gone.has(name) && !successor) drops.push({ line, sql: `ALTER TABLE ${name} ALTER COLUMN ${own} DROP DEFAULT` });
    } else if (["view", "materialized-view", "function", "type", "sequence", "extension", "table"].includes(kind))
      last.push({ line, sql: `DROP ${kind.replace("-", " ").toUpperCase()} ${name}` });
    else miss(line, part.sql);
  }
  for (const part of added) {
    const former = removed.find((each) => each.makes !== null && each.makes === part.makes);
    if (part.makes === null) miss(part.line, part.sql);
    else if (former && part.makes.startsWith("table ")) {
      const changes = tableChanges(part.makes.slice(6), former.sql, part.sql);
      if (changes === null) miss(part.line, part.sql);
      else makes.push(...changes.map((change) => ({ line: part.line + change.offset, sql: change.sql })));
    } else if (former && part.makes.startsWith("type ")) {
      const labels = newLabels(former.sql, part.sql);
      if (labels === null) miss(part.line, part.sql);
      else makes.push(...labels.map((label) => ({ line: part.line, sql: `ALTER TYPE ${part.makes!.slice(5)} ADD VALUE ${label}` })));
    } else makes.push({ line: part.line, sql: former ? part.sql.replace(/^CREATE FUNCTION/, "CREATE OR REPLACE FUNCTION") : part.sql });
  }
  return { statements: [...drops, ...makes, ...last.toReversed()], open };
}

/** Statements of a dump that say nothing of its schema. */
const passedOver =
  /^(set\b|select\b|insert\b|copy\b|comment\b|grant\b|revoke\b|\\|alter (table|sequence|type|function|view|schema|materialized view)[\s\S]* owner to\b|alter sequence [\s\S]* owned by\b|create schema\b)/i;

function parts(text: string): DumpPart[] {
  const found: DumpPart[] = [];
  const positionAt = positionsIn(text);
  for (let piece = cutStatement(text, 0); piece; piece = cutStatement(text, piece.next)) {
    const sql = text.slice(piece.start, piece.end);
    if (!passedOver.test(sql)) found.push({ sql, line: positionAt(piece.start).line, makes: whatItMakes(sql) });
  }
  return found;
}

const name = String.raw`((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)`;
const shapes: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [new RegExp(`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${name}`, "i"), ([, table]) => `table ${table}`],
  [new RegExp(`^CREATE (?:UNIQUE )?INDEX ${name} ON (?:ONLY )?${name}`, "i"), ([, index, table]) => `index ${inSchemaOf(table!, index!)}`],
  [new RegExp(String.raw`^ALTER TABLE (?:ONLY )?${name}\s+ADD CONSTRAINT ${name}`, "i"), ([, table, own]) => `constraint ${table} ${own}`],
  [new RegExp(`^ALTER TABLE (?:ONLY )?${name} ALTER COLUMN ${name} SET DEFAULT`, "i"), ([, table, own]) => `default ${table} ${own}`],
  [new RegExp(String.raw`^CREATE (?:CONSTRAINT )?TRIGGER ${name} [\s\S]*? ON ${name}`, "i"), ([, own, table]) => `trigger ${table} ${own}`],
  [
    new RegExp(String.raw`^CREATE (?:OR REPLACE )?FUNCTION ${name}(\([\s\S]*?\))`, "i"),
    ([, own, given]) => `function ${own}${given!.replaceAll(/\s+/g, "")}`,
  ],
  [new RegExp(`^CREATE MATERIALIZED VIEW ${name}`, "i"), ([, own]) => `materialized-view ${own}`],
  [new RegExp(`^CREATE (?:OR REPLACE )?VIEW ${name}`, "i"), ([, own]) => `view ${own}`],
  [new RegExp(`^CREATE TYPE ${name} AS ENUM`, "i"), ([, own]) => `type ${own}`],
  [new RegExp(`^CREATE SEQUENCE (?:IF NOT EXISTS )?${name}`, "i"), ([, own]) => `sequence ${own}`],
  [new RegExp(`^CREATE EXTENSION (?:IF NOT EXISTS )?${name}`, "i"), ([, own]) => `extension ${own}`],
];

function whatItMakes(sql: string): string | null {
  for (const [pattern, words] of shapes) {
    const match = pattern.exec(sql);
    if (match) return words(match);
  }
  return null;
}

function inSchemaOf(table: string, index: string): string {
  return table.includes(".") ? `${table.slice(0, table.lastIndexOf("."))}.${index}` : index;
}

/** Labels behind those there were; null when one was taken away or moved. */
function newLabels(before: string, after: string): string[] | null {
  const labels = (sql: string) => [...sql.matchAll(/'(?:[^']|'')*'/g)].map((match) => match[0]);
  const [old, now] = [labels(before), labels(after)];
  return old.every((label, at) => now[at] === label) ? now.slice(old.length) : null;
}

function squeezed(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim();
}
