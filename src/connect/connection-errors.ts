import { AdvisorError } from "../errors.ts";
import type { ConnectionTarget } from "./connection-target.ts";

interface Place {
  readonly host: string;
  readonly port: number;
  readonly hasPassword: boolean;
}

/** Every way a connection fails, as one message and the next thing to do. Names host, port, database and role, never a password. */
export function connectionError(error: unknown, target: ConnectionTarget, place: Place): AdvisorError {
  if (error instanceof AdvisorError) return error;
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const at = place.host.startsWith("/") ? `socket ${place.host}/.s.PGSQL.${place.port}` : `${place.host}:${place.port}`;
  const server = place.host.startsWith("/")
    ? `pg_isready -h ${place.host} -p ${place.port}`
    : `pg_isready -h ${place.host} -p ${place.port}`;
  const failed = (message: string, hint: string, kind: "CONNECTION_FAILED" | "PERMISSION_DENIED" = "CONNECTION_FAILED") =>
    new AdvisorError(kind, message, { hint, cause: error });
  switch (code) {
    case "ECONNREFUSED":
    case "ENOENT":
    case "ECONNRESET":
      return failed(`No PostgreSQL server answers at ${at}.`, `Check that it runs and listens there: ${server}`);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return failed(`The host name "${place.host}" is not known.`, "Check the host in the URL, and the name service.");
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return failed(`${at} does not answer within ${target.connectTimeoutMs / 1000} s.`, "Check the network, the firewall and the port.");
    case "EACCES":
      return failed(`The ${at} may not be opened.`, "Connect over TCP with -h localhost, or run as a user who may.");
    case "28P01":
      return failed(`The password for role "${target.user}" is wrong.`, passwordHint);
    case "28000":
      return failed(
        `The server at ${at} does not let role "${target.user}" into database "${target.database}" from here.`,
        "Add a line for it to pg_hba.conf, check that the role may LOGIN, or try another sslmode.",
      );
    case "3D000":
      return failed(
        `There is no database "${target.database}" on ${at}.`,
        `List those there are: psql -h ${place.host} -p ${place.port} -l`,
      );
    case "42501":
      return failed(
        `Role "${target.user}" may not connect to database "${target.database}".`,
        `Run: GRANT CONNECT ON DATABASE "${target.database}" TO "${target.user}";`,
        "PERMISSION_DENIED",
      );
    case "53300":
      return failed(
        `The server at ${at} has no connection left.`,
        "Close some, raise max_connections, or connect with a role that has reserved ones.",
      );
    case "57P03":
      return failed(`The server at ${at} is starting, stopping or recovering.`, "Try again in a moment.");
    default:
      if (isTlsCode(code)) return failed(`The TLS connection to ${at} is not trusted (${code}).`, tlsHint);
      // Only drivers raise errors without a code here, and only when the server asked for what we do not have.
      if (code === "" && !place.hasPassword)
        return failed(`The server at ${at} asks for a password for role "${target.user}", and none was given.`, passwordHint);
      return failed(`Connecting to ${at} failed${code === "" ? "" : ` (${code})`}.`, `Try: ${server}`);
  }
}

const passwordHint = "Give it in PGPASSWORD, in ~/.pgpass (mode 0600), or in the URL.";
const tlsHint =
  "Give the authority's certificate as sslrootcert=FILE, check the host name against the certificate, or use sslmode=require.";

/** Codes of OpenSSL's verifier and of Node's TLS. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isTlsCode(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/.test(code);
}
