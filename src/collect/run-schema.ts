import type { Gap } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { type SchemaPiece, schemaPieces } from "./schema-file.ts";

/** Where a run stands: what was passed over, by reason, so that one gap tells of many statements. */
interface Passed {
  /** Statements that no plan depends on. */
  administrative: number;
  readonly psql: string[];
  readonly extensions: string[];
  readonly unsupported: string[];
}

/**
 * Runs a schema file, plain SQL or a plain pg_dump, statement by statement. What the embedded PostgreSQL cannot have (roles,
 * unknown extensions and what rests on them) becomes a gap. Any other error is INPUT_INVALID with file, line and SQLSTATE.
 */
export async function runSchema(
  database: EmbeddedDatabase,
  text: string,
  options: { readonly path: string; readonly signal?: AbortSignal | undefined; readonly onStatement?: (line: number) => void },
): Promise<Gap[]> {
  const passed: Passed = { administrative: 0, psql: [], extensions: [], unsupported: [] };
  for (const piece of schemaPieces(text, options.path)) {
    if (options.signal?.aborted) throw new AdvisorError("ABORTED", `Running ${options.path} was interrupted.`);
    options.onStatement?.(piece.line);
    await runPiece(database, piece, passed, options.path);
  }
  return gapsOf(passed, options.path);
}

async function runPiece(database: EmbeddedDatabase, piece: SchemaPiece, passed: Passed, path: string): Promise<void> {
  if (piece.kind === "psql") {
    // pg_dump's own; the others may change what the file means.
    if (!/^\\(restrict|unrestrict|connect|c|set|echo|pset|timing|encoding|q|qecho|warn)\b/.test(piece.command))
      passed.psql.push(`${path}:${piece.line}: ${piece.command}`);
    return;
  }
  if (piece.kind === "copy") return run(piece, passed, path, () => copyRows(database, piece));
  if (isTransactionControl(piece.sql)) return;
  if (isAdministrative(piece.sql)) {
    passed.administrative++;
    return;
  }
  const extension = createdExtension(piece.sql);
  if (extension !== null && !database.provideExtension(extension)) {
    passed.extensions.push(extension);
    return;
  }
  return run(piece, passed, path, () => database.run(piece.sql));
}

async function run(piece: { sql: string; line: number }, passed: Passed, path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    if (isHarmless(piece.sql, sqlState)) {
      passed.administrative++;
      return;
    }
    if (!isBeyondEmbedded(piece.sql, sqlState, passed)) throw failure(error, sqlState, piece, path);
    passed.unsupported.push(`${path}:${piece.line}: ${opening(piece.sql)} (${messageOf(error)})`);
  }
}

/** COPY reads a file of the server's; ours is put beside its relations. */
async function copyRows(database: EmbeddedDatabase, piece: { sql: string; rows: string }): Promise<void> {
  const name = "plansmith_copy";
  database.files.setPages(name, 0);
  database.files.writePages(name, Buffer.from(piece.rows));
  try {
    await database.run(piece.sql.replace(/\bfrom\s+stdin\b/i, `from '${name}'`));
  } finally {
    database.files.setPages(name, 0);
  }
}

/** Each statement commits by itself: a transaction block would turn one statement that is passed over into the loss of all. */
function isTransactionControl(sql: string): boolean {
  return /^(begin|start\s+transaction|commit|end)\b/i.test(sql);
}

/** Roles, privileges, ownership, comments, replication and databases: no plan depends on them. */
function isAdministrative(sql: string): boolean {
  return (
    /^(grant|revoke|comment\s+on|security\s+label|reassign|alter\s+default\s+privileges|set\s+(session\s+authorization|role)\b)/i.test(
      sql,
    ) ||
    /^(create|alter|drop)\s+(role|user(?!\s+mapping)|group|database|tablespace|publication|subscription|event\s+trigger)\b/i.test(sql) ||
    /^alter\s+[\s\S]*\sowner\s+to\s+\S+\s*$/i.test(sql) ||
    /^set\s+client_encoding\b/i.test(sql)
  );
}

/** A setting of another version, a role in a policy, what is there from the start (schema public, plpgsql). */
function isHarmless(sql: string, sqlState: string): boolean {
  if (/^set\b/i.test(sql)) return ["42704", "22023", "42501", "55P02"].includes(sqlState);
  if (/^(create|alter)\s+policy\b/i.test(sql)) return sqlState === "42704";
  if (/^create\s+schema\b/i.test(sql)) return sqlState === "42P06" && /\bpublic\b/i.test(sql);
  return /^create\s+(or\s+replace\s+)?(trusted\s+|procedural\s+)*language\b/i.test(sql) && sqlState === "42710";
}

/**
 * Undefined objects once an extension is missing, functions in a language or library that is not there. SQLSTATEs:
 * undefined object, function, table, column, schema; undefined file; feature not supported.
 */
function isBeyondEmbedded(sql: string, sqlState: string, passed: Passed): boolean {
  const undefinedThings = ["42704", "42883", "42P01", "42703", "3F000"];
  const somethingMissing = passed.extensions.length > 0 || passed.unsupported.length > 0;
  if (somethingMissing && undefinedThings.includes(sqlState)) return true;
  return /^create\s+(or\s+replace\s+)?(function|procedure|trigger)\b/i.test(sql) && ["42704", "58P01", "0A000"].includes(sqlState);
}

function createdExtension(sql: string): string | null {
  const name = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?(?:"((?:[^"]|"")+)"|([\w$-]+))/i.exec(sql);
  return name ? (name[1]?.replaceAll('""', '"') ?? name[2]?.toLowerCase() ?? null) : null;
}

function failure(error: unknown, sqlState: string, piece: { sql: string; line: number }, path: string): AdvisorError {
  const position = error instanceof Error && "position" in error ? Number(error.position) : 0;
  const before = position > 0 ? [...piece.sql].slice(0, position - 1).join("") : "";
  const line = piece.line + (before.match(/\n/g)?.length ?? 0);
  return new AdvisorError("INPUT_INVALID", `${path}:${line}: ${messageOf(error)} (SQLSTATE ${sqlState}) in: ${opening(piece.sql)}`, {
    hint: "The file must run in an empty PostgreSQL 18 database: correct the statement, or leave it out.",
    cause: error,
  });
}

/** The first words of a statement: literals come late. */
function opening(sql: string): string {
  const words = sql.replaceAll(/\s+/g, " ");
  const end = Math.min(60, words.search(/['$]|$/));
  return end < words.length ? `${words.slice(0, end)}…` : words;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function gapsOf(passed: Passed, path: string): Gap[] {
  const gaps: Gap[] = [];
  const add = (what: string, why: string, remedy: string | null) => gaps.push({ area: "catalog", what, why, remedy });
  if (passed.administrative > 0)
    add(
      `${passed.administrative} statements of ${path} about roles, privileges, comments and session settings`,
      "the embedded PostgreSQL has no roles; no plan depends on these statements",
      null,
    );
  for (const command of passed.psql)
    add(`psql command ${command}`, "only SQL and COPY rows are run", "Put what it includes into the file itself.");
  for (const name of passed.extensions)
    add(
      `extension ${name} and what rests on it`,
      "the embedded PostgreSQL does not come with it",
      "Collect a snapshot from a server that has it: plansmith collect <url>",
    );
  for (const statement of passed.unsupported)
    add(`statement ${statement}`, "it needs something that the embedded PostgreSQL does not have", null);
  return gaps;
}
