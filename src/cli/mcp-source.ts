import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import type { AuditSource } from "../config/audit-input.ts";
import { AdvisorError } from "../errors.ts";
import { connectionUrl } from "./read-flags.ts";

/** What whoever starts the server allows the tools to read. */
export interface McpAccess {
  /** Name → connection URL; null: by PG* variables, as `psql`. */
  readonly databases: ReadonlyMap<string, string | null>;
  /** Snapshots lie below it. */
  readonly root: string;
  /** The client may name servers itself. */
  readonly allowUrl: boolean;
}

/** Characters of a schema or a file of statements: a dump of some thousand tables. Our choice. */
const mostText = 4_000_000;

export const sqlText = z.string().min(1).max(mostText);
/** One statement; PostgreSQL's own tools cut far below. */
export const statementText = z.string().min(1).max(200_000);

export const sourceShape = {
  database: z.string().max(200).optional().describe("Name of a database that this server was given"),
  snapshot: z.string().max(1000).optional().describe("Path of a snapshot that `plansmith collect` saved, below the server's folder"),
  schema: sqlText.optional().describe("DDL, as text: the schema on paper"),
  demo: z.boolean().optional().describe("The sample database"),
  url: z.string().max(2000).optional().describe("Connection URL; refused unless the server was started with --allow-url"),
};
export type GivenSource = { readonly [Key in keyof typeof sourceShape]?: z.output<(typeof sourceShape)[Key]> };

/** Environment variables of this beginning name databases: PLANSMITH_DATABASE_SHOP is `shop`. */
const variablePrefix = "PLANSMITH_DATABASE_";

/**
 * The databases that flags (`name=VARIABLE`) and variables name. A URL never stands on a command line, where everybody sees it.
 * Throws INPUT_INVALID for a flag that is none, CONFIG_INVALID for a variable that holds no URL.
 */
export function databasesOf(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Map<string, string | null> {
  const found = new Map<string, string | null>();
  const add = (name: string, variable: string) => {
    const url = environment[variable];
    if (url === undefined || !/^postgres(?:ql)?:\/\//i.test(url))
      throw new AdvisorError("CONFIG_INVALID", `The environment variable ${variable} holds no connection URL.`, {
        hint: `export ${variable}=postgres://plansmith@host:port/database`,
      });
    found.set(name, url);
  };
  for (const variable of Object.keys(environment).toSorted())
    if (variable.startsWith(variablePrefix)) add(variable.slice(variablePrefix.length).toLowerCase(), variable);
  for (const flag of flags) {
    const [, name, variable] = /^([^=\s]+)=([A-Za-z_]\w*)$/.exec(flag) ?? [];
    if (name === undefined || variable === undefined)
      throw new AdvisorError("INPUT_INVALID", "--database names a database and the variable that holds its URL.", {
        hint: "Example: --database shop=SHOP_DATABASE_URL",
      });
    add(name, variable);
  }
  // As psql: a server is named where one of these is set.
  if (["PGHOST", "PGSERVICE", "PGDATABASE"].some((name) => environment[name]) && !found.has("default")) found.set("default", null);
  return found;
}

/** Runs with the one source that the client names; text goes through a file of our own. Throws INPUT_INVALID for none, two, or one not allowed. */
export async function withSource<T>(given: GivenSource, access: McpAccess, work: (source: AuditSource) => Promise<T>): Promise<T> {
  const named = Object.keys(sourceShape).filter(
    (key) => given[key as keyof GivenSource] !== undefined && given[key as keyof GivenSource] !== false,
  );
  if (named.length !== 1)
    throw new AdvisorError(
      "INPUT_INVALID",
      named.length === 0 ? "There is nothing to read." : `Several sources at once: ${named.join(", ")}.`,
      {
        hint: `Give one of: ${sourceWords(access)}.`,
      },
    );
  if (given.database !== undefined) return work(databaseSource(given.database, access));
  if (given.snapshot !== undefined) return work({ kind: "snapshot", path: await below(access.root, given.snapshot) });
  if (given.schema !== undefined) return withText(given.schema, "schema", (path) => work({ kind: "schema", path }));
  if (given.demo) return work({ kind: "demo" });
  if (!access.allowUrl)
    throw new AdvisorError("INPUT_INVALID", "This server takes no connection URL from a client.", {
      hint: `Give one of: ${sourceWords(access)}. Whoever starts the server may allow URLs with --allow-url.`,
    });
  const url = connectionUrl(given.url);
  return work(url === undefined ? { kind: "url" } : { kind: "url", url });
}

function databaseSource(name: string, access: McpAccess): AuditSource {
  const url = access.databases.get(name);
  if (url === undefined)
    throw new AdvisorError("INPUT_INVALID", `This server was given no database "${name}".`, {
      hint:
        access.databases.size === 0
          ? "It has none: start it with --database NAME=VARIABLE."
          : `It has: ${[...access.databases.keys()].join(", ")}.`,
    });
  return url === null ? { kind: "url" } : { kind: "url", url };
}

/** The sources that a client may name: the databases there are, and what needs none. */
export function sourceWords({ databases }: McpAccess): string {
  const named = databases.size === 0 ? [] : [`database (${[...databases.keys()].join(" or ")})`];
  return [...named, "snapshot", "schema (DDL as text)", "demo"].join(", ");
}

/**
 * The text in a file of our own, readable by nobody else, while the work runs. `name` is what messages call the file: a client has never
 * heard of the folder that it lies in.
 */
export async function withText<T>(text: string, name: "schema" | "statements", work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-mcp-")); // mode 0700
  const known = (words: string) => words.replaceAll(`${folder}${sep}`, "");
  try {
    const path = join(folder, `${name}.sql`);
    await writeFile(path, text, { mode: 0o600 });
    return await work(path);
  } catch (error) {
    if (!(error instanceof AdvisorError)) throw error;
    const { code, message, hint, cause } = error;
    throw new AdvisorError(code, known(message), { cause, ...(hint === null ? {} : { hint: known(hint) }) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The file's real path. Throws INPUT_INVALID for one that is not there or, links followed, lies outside the folder. */
async function below(root: string, path: string): Promise<string> {
  const folder = await realpath(root);
  const real = await realpath(resolve(folder, path)).catch(() => null); // not there, or not to be read
  const way = real === null ? ".." : relative(folder, real);
  if (real !== null && way !== ".." && !way.startsWith(`..${sep}`)) return real;
  throw new AdvisorError("INPUT_INVALID", `There is no snapshot "${path}" below the server's folder.`, {
    hint: "Give a path relative to the folder that the server was started in, or with --root.",
  });
}
