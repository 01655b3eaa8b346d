import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { AdvisorError } from "../errors.ts";
import { defaultSocketDirectories, type Environment, environmentValues, home, passwordFromFile, serviceValues } from "./libpq-files.ts";
import { type LibpqValues, parseConnectionString } from "./libpq-values.ts";

/** Where and as whom to connect, all defaults filled in. */
export interface ConnectionTarget {
  /** In the order to try; a host that starts with / is the folder of a unix socket. */
  readonly hosts: readonly { readonly host: string; readonly address: string; readonly port: number }[];
  readonly database: string;
  readonly user: string;
  passwordFor(host: string, port: number): string | null;
  readonly sslMode: SslMode;
  readonly sslRootCertificate: string | null;
  readonly sslCertificate: string | null;
  readonly sslKey: string | null;
  readonly connectTimeoutMs: number;
  /** `options` of libpq: command-line settings for the session, "" for none. */
  readonly options: string;
}

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** Our patience where libpq would wait for ever; connect_timeout overrules it. */
const defaultConnectTimeoutMs = 15_000;

/**
 * As libpq finds them: the connection string, then its service, then PG* variables, then PostgreSQL's defaults.
 * Throws CONFIG_INVALID for what libpq would refuse.
 */
export function connectionTarget(url: string | undefined, env: Environment): ConnectionTarget {
  const given: LibpqValues = url === undefined ? {} : parseConnectionString(url);
  const service = given.service ?? env.PGSERVICE;
  const values: LibpqValues = { ...environmentValues(env), ...(service ? serviceValues(service, env) : {}), ...given };
  const user = values.user ?? operatingSystemUser(env);
  const database = values.dbname ?? user;
  const ports = (values.port ?? "5432").split(",").map(portOf);
  const hosts = (values.host ?? "").split(",");
  const addresses = values.hostaddr?.split(",");
  const timeout = Number(values.connect_timeout ?? 0);
  return {
    hosts: (values.host === undefined && addresses ? addresses : hosts).map((name, n) => {
      const port = ports[n] ?? ports[0] ?? 5432;
      const host = name === "" ? defaultHost(port) : name;
      return { host, address: addresses?.[n] ?? host, port };
    }),
    database,
    user,
    passwordFor: (host, port) => values.password ?? passwordFromFile({ host, port, database, user }, values.passfile ?? null, env),
    sslMode: sslModeOf(values.sslmode),
    ...certificates(values, env),
    connectTimeoutMs: timeout > 0 ? timeout * 1000 : defaultConnectTimeoutMs,
    options: values.options ?? "",
  };
}

function sslModeOf(text = "prefer"): SslMode {
  const mode = sslModes.find((each) => each === text);
  if (mode) return mode;
  throw new AdvisorError("CONFIG_INVALID", `There is no sslmode "${text}".`, { hint: `Use one of: ${sslModes.join(", ")}.` });
}

function portOf(text: string): number {
  const port = text === "" ? 5432 : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new AdvisorError("CONFIG_INVALID", `"${text}" is not a port.`, { hint: "A port is a number from 1 to 65535." });
}

/** Files in ~/.postgresql count when they exist. https://www.postgresql.org/docs/current/libpq-ssl.html */
function certificates(values: LibpqValues, env: Environment) {
  const inHome = (name: string) => {
    const path = join(home(env), ".postgresql", name);
    return existsSync(path) ? path : null;
  };
  return {
    sslRootCertificate: values.sslrootcert ?? inHome("root.crt"),
    sslCertificate: values.sslcert ?? inHome("postgresql.crt"),
    sslKey: values.sslkey ?? inHome("postgresql.key"),
  };
}

/** libpq's default host is compiled in and differs by packager: the socket that is there, else localhost. */
function defaultHost(port: number): string {
  const found = process.platform === "win32" ? null : defaultSocketDirectories.find((each) => existsSync(join(each, `.s.PGSQL.${port}`)));
  return found ?? "localhost";
}

function operatingSystemUser(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that has no name (ENOENT from getpwuid).
    return env.USER ?? "postgres";
  }
}
