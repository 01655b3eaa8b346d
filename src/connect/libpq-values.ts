import { AdvisorError } from "../errors.ts";

/** Connection parameters by libpq's keyword: host, port, dbname, user, password, sslmode, … */
export type LibpqValues = Readonly<Record<string, string>>;

/**
 * A connection string in either of libpq's forms: a URI, or `host=… dbname=…`. Throws CONFIG_INVALID without repeating the
 * string, which may hold a password. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 */
export function parseConnectionString(text: string): LibpqValues {
  if (/^postgres(ql)?:\/\//.test(text)) return parseUri(text);
  if (/^\s*\w+\s*=/.test(text)) return parseKeywords(text);
  throw invalid("it is neither a URL postgresql://… nor a list keyword=value");
}

function parseUri(text: string): LibpqValues {
  const parts = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text);
  if (!parts) throw invalid("the URL is malformed; an @, / or # in a password is written %40, %2F, %23");
  const [, credentials, authority = "", database, query] = parts;
  const values: Record<string, string> = {};
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== "") values[name] = decoded(value);
  };
  const colon = credentials?.indexOf(":") ?? -1;
  set("user", colon < 0 ? credentials : credentials?.slice(0, colon));
  if (colon >= 0) set("password", credentials?.slice(colon + 1));
  const hosts = authority === "" ? [] : authority.split(",").map(hostAndPort);
  set("host", hosts.map((each) => each.host).join(","));
  if (hosts.some((each) => each.port !== "")) set("port", hosts.map((each) => each.port).join(","));
  set("dbname", database);
  for (const pair of query?.split("&") ?? []) {
    const [name = "", value] = pair.split(/=(.*)/s);
    if (name === "") continue;
    // JDBC's spelling, which libpq accepts too.
    if (name === "ssl" && value === "true") values.sslmode = "require";
    else set(decoded(name), value);
  }
  return values;
}

function hostAndPort(text: string): { host: string; port: string } {
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(text);
  if (!parts) throw invalid("the host part of the URL is malformed; an IPv6 address stands in [ ]");
  return { host: parts[1] ?? parts[2] ?? "", port: parts[3] ?? "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    // The cause names nothing: URIError carries no part of the text.
    throw new AdvisorError("CONFIG_INVALID", "The connection URL has a % that starts no escape.", {
      hint: "Write a literal % as %25.",
      cause,
    });
  }
}

/** `keyword = value`, values in single quotes where they hold blanks; backslash escapes. */
function parseKeywords(text: string): LibpqValues {
  const values: Record<string, string> = {};
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s\\']|\\.)*))(?=\s|$)/gsy;
  while (pair.lastIndex < text.trimEnd().length) {
    const match = pair.exec(text);
    if (!match) throw invalid("after a keyword=value pair comes something else");
    values[match[1] ?? ""] = (match[2] ?? match[3] ?? "").replaceAll(/\\(.)/gs, "$1");
  }
  return values;
}

function invalid(why: string): AdvisorError {
  return new AdvisorError("CONFIG_INVALID", `The connection string cannot be read: ${why}.`, {
    hint: "Example: postgresql://plansmith@db.example.org:5432/shop?sslmode=require",
  });
}
