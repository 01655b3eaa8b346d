import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { AdvisorError } from "../errors.ts";
import type { LibpqValues } from "./libpq-values.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Environment variables by the keyword they stand for. https://www.postgresql.org/docs/current/libpq-envars.html */
const variables: Readonly<Record<string, string>> = {
  PGHOST: "host",
  PGHOSTADDR: "hostaddr",
  PGPORT: "port",
  PGDATABASE: "dbname",
  PGUSER: "user",
  PGPASSWORD: "password",
  PGPASSFILE: "passfile",
  PGOPTIONS: "options",
  PGSSLMODE: "sslmode",
  PGSSLROOTCERT: "sslrootcert",
  PGSSLCERT: "sslcert",
  PGSSLKEY: "sslkey",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGSSLNEGOTIATION: "sslnegotiation",
};

export function environmentValues(env: Environment): LibpqValues {
  const values: Record<string, string> = {};
  for (const [variable, keyword] of Object.entries(variables)) {
    const value = env[variable];
    if (value !== undefined && value !== "") values[keyword] = value;
  }
  return values;
}

/**
 * The section of the connection service file that `name` asks for: PGSERVICEFILE, else ~/.pg_service.conf, else
 * $PGSYSCONFDIR/pg_service.conf. https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
export function serviceValues(name: string, env: Environment): LibpqValues {
  const own = env.PGSERVICEFILE ?? join(home(env), ".pg_service.conf");
  const files = [own, ...(env.PGSYSCONFDIR ? [join(env.PGSYSCONFDIR, "pg_service.conf")] : [])];
  for (const file of files) {
    const section = existsSync(file) ? serviceSection(readFileSync(file, "utf8"), name) : null;
    if (section) return section;
  }
  throw new AdvisorError("CONFIG_INVALID", `There is no connection service "${name}".`, { hint: `Looked in: ${files.join(", ")}.` });
}

function serviceSection(text: string, name: string): LibpqValues | null {
  let found: Record<string, string> | null = null;
  let inside = false;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      inside = found === null && line === `[${name}]`;
      if (inside) found = {};
      continue;
    }
    const at = line.indexOf("=");
    if (inside && found && at > 0) found[line.slice(0, at).trim()] ??= line.slice(at + 1).trim();
  }
  return found;
}

/**
 * The password that ~/.pgpass (or PGPASSFILE) holds for a connection; null when none fits. Like libpq it passes over a file
 * that others may read. https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export function passwordFromFile(
  connection: { host: string; port: number; database: string; user: string },
  passfile: string | null,
  env: Environment,
): string | null {
  const file =
    passfile ?? (process.platform === "win32" ? join(env.APPDATA ?? home(env), "postgresql", "pgpass.conf") : join(home(env), ".pgpass"));
  if (!existsSync(file) || !statSync(file).isFile()) return null;
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) return null;
  // A unix socket in the default place is listed as localhost.
  const hosts = isDefaultSocket(connection.host) ? [connection.host, "localhost"] : [connection.host];
  for (const line of readFileSync(file, "utf8").split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = [...line.matchAll(/((?:[^:\\]|\\.)*)(?::|$)/g)].map((match) => (match[1] ?? "").replaceAll(/\\(.)/g, "$1"));
    const [host, port, database, user, password] = fields;
    if (host === undefined || port === undefined || database === undefined || user === undefined || password === undefined) continue;
    const fits = (field: string, ...values: string[]) => field === "*" || values.includes(field);
    if (fits(host, ...hosts) && fits(port, String(connection.port)) && fits(database, connection.database) && fits(user, connection.user))
      return password;
  }
  return null;
}

export const defaultSocketDirectories = ["/var/run/postgresql", "/tmp"];

function isDefaultSocket(host: string): boolean {
  return defaultSocketDirectories.includes(host);
}

export function home(env: Environment): string {
  return env.HOME ?? homedir();
}
