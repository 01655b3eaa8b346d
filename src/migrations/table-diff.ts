import { tokens } from "../syntax/tokens.ts";

/** One change of a table, and how many lines below CREATE TABLE the new definition asks for it. */
export interface TableChange {
  readonly sql: string;
  readonly offset: number;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly default: string | null;
  readonly notNull: boolean;
  readonly offset: number;
  readonly sql: string;
}

interface Table {
  readonly columns: readonly Column[];
  readonly constraints: readonly { readonly name: string; readonly sql: string; readonly offset: number }[];
  /** PARTITION BY, WITH, INHERITS: behind the list. */
  readonly tail: string;
}

/** What takes one CREATE TABLE of pg_dump to another; null when they differ in more than columns, defaults and constraints. */
export function tableChanges(table: string, before: string, after: string): TableChange[] | null {
  const [old, now] = [readTable(before), readTable(after)];
  if (old === null || now === null || old.tail !== now.tail) return null;
  const alter = `ALTER TABLE ${table}`;
  const changes: TableChange[] = [];
  const lost = <T extends { readonly name: string }>(from: readonly T[], in_: readonly T[]) =>
    from.filter((each) => !in_.some((other) => other.name === each.name));
  for (const { name } of lost(old.constraints, now.constraints)) changes.push({ sql: `${alter} DROP CONSTRAINT ${name}`, offset: 0 });
  for (const { name } of lost(old.columns, now.columns)) changes.push({ sql: `${alter} DROP COLUMN ${name}`, offset: 0 });
  for (const { sql, offset } of lost(now.columns, old.columns)) changes.push({ sql: `${alter} ADD COLUMN ${sql}`, offset });
  for (const column of now.columns) {
    const former = old.columns.find((each) => each.name === column.name);
    if (former) changes.push(...columnChanges(alter, former, column));
  }
  for (const constraint of now.constraints) {
    const former = old.constraints.find((each) => each.name === constraint.name);
    if (former?.sql === constraint.sql) continue;
    if (former) changes.push({ sql: `${alter} DROP CONSTRAINT ${constraint.name}`, offset: constraint.offset });
    changes.push({ sql: `${alter} ADD ${constraint.sql}`, offset: constraint.offset });
  }
  return changes;
}

function columnChanges(alter: string, former: Column, { name, type, default: standard, notNull, offset }: Column): TableChange[] {
  const column = `${alter} ALTER COLUMN ${name}`;
  return [
    ...(former.type === type ? [] : [{ sql: `${column} TYPE ${type}`, offset }]),
    ...(former.default === standard
      ? []
      : [{ sql: standard === null ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${standard}`, offset }]),
    ...(former.notNull === notNull ? [] : [{ sql: `${column} ${notNull ? "SET" : "DROP"} NOT NULL`, offset }]),
  ];
}

function readTable(sql: string): Table | null {
  const list = splitList(sql);
  if (list === null) return null;
  const columns: Column[] = [];
  const constraints: Table["constraints"][number][] = [];
  for (const { text, start } of list.entries) {
    const offset = sql.slice(0, start).split("\n").length - 1;
    const constraint = /^CONSTRAINT ("[^"]+"|[\w$]+) /i.exec(text);
    if (constraint) {
      constraints.push({ name: constraint[1]!, sql: text, offset });
      continue;
    }
    const match = /^("[^"]+"|[\w$]+)\s+([\s\S]+)$/.exec(text);
    if (!match || /\bGENERATED\b/i.test(match[2]!)) {
      // Of a generated or identity column only that it is there, or not, is followed.
      if (!match) return null;
      columns.push({ name: match[1]!, type: match[2]!, default: null, notNull: false, offset, sql: text });
      continue;
    }
    const parsed = /^([\s\S]*?)(?:\s+DEFAULT\s+([\s\S]*?))?(\s+(?:CONSTRAINT \S+ )?NOT NULL)?$/i.exec(match[2]!);
    if (!parsed) return null;
    columns.push({ name: match[1]!, type: parsed[1]!, default: parsed[2] ?? null, notNull: parsed[3] !== undefined, offset, sql: text });
  }
  return { columns, constraints, tail: list.tail };
}

/** Entries of the first list in parentheses, cut at its own commas, and what follows it. */
function splitList(
  sql: string,
): { readonly entries: readonly { readonly text: string; readonly start: number }[]; readonly tail: string } | null {
  const entries: { text: string; start: number }[] = [];
  let depth = 0;
  let start = -1;
  for (const token of tokens(sql)) {
    const text = sql.slice(token.start, token.end);
    if (text === "(" && ++depth === 1) start = token.end;
    const closes = text === ")" && --depth === 0;
    if (start >= 0 && (closes || (text === "," && depth === 1))) {
      const piece = sql.slice(start, token.start);
      if (piece.trim() !== "")
        entries.push({ text: piece.trim().replaceAll(/\s+/g, " "), start: start + piece.length - piece.trimStart().length });
      start = token.end;
    }
    if (closes) return { entries, tail: sql.slice(token.end).replaceAll(/\s+/g, " ").trim() };
  }
  return null;
}
