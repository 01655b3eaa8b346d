import { readFileSync } from "node:fs";
import { connect, isIP } from "node:net";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { AdvisorError } from "../errors.ts";
import type { ConnectionTarget } from "./connection-target.ts";

/** One way to reach a server: `false` is plain text. */
export type TlsAttempt = TlsOptions | false;

/**
 * What sslmode allows, in the order libpq tries it. `serverOffers` is asked only where the mode leaves a choice; for
 * `require` without TLS on the server it throws. https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */
export async function tlsAttempts(target: ConnectionTarget, host: string, serverOffers: () => Promise<boolean>): Promise<TlsAttempt[]> {
  // Unix sockets never speak TLS, whatever the mode.
  if (host.startsWith("/")) return [false];
  switch (target.sslMode) {
    case "disable":
      return [false];
    case "allow":
      return (await serverOffers()) ? [false, tlsOptions(target, host)] : [false];
    case "prefer":
      return (await serverOffers()) ? [tlsOptions(target, host), false] : [false];
    default: {
      if (await serverOffers()) return [tlsOptions(target, host)];
      throw new AdvisorError("CONNECTION_FAILED", `The server at ${host} does not offer TLS, and sslmode is ${target.sslMode}.`, {
        hint: "Turn on ssl in postgresql.conf, or connect with sslmode=prefer.",
      });
    }
  }
}

function tlsOptions(target: ConnectionTarget, host: string): TlsOptions {
  const system = target.sslRootCertificate === "system";
  const authority = target.sslRootCertificate === null || system ? null : readCertificate("sslrootcert", target.sslRootCertificate);
  const name = isIP(host) ? {} : { servername: host };
  const own = {
    ...(target.sslCertificate ? { cert: readCertificate("sslcert", target.sslCertificate) } : {}),
    ...(target.sslKey && target.sslCertificate ? { key: readCertificate("sslkey", target.sslKey) } : {}),
  };
  // With a root certificate at hand `require` checks the chain, as libpq does for compatibility.
  const checksChain =
    target.sslMode === "verify-ca" || target.sslMode === "verify-full" || (target.sslMode === "require" && authority !== null);
  if (!checksChain) return { ...name, ...own, rejectUnauthorized: false };
  if (authority === null && !system)
    throw new AdvisorError("CONFIG_INVALID", `sslmode=${target.sslMode} needs a root certificate, and there is none.`, {
      hint: "Give sslrootcert=FILE, put it at ~/.postgresql/root.crt, or say sslrootcert=system.",
    });
  const chain = { ...name, ...own, rejectUnauthorized: true, ...(authority === null ? {} : { ca: authority }) };
  return target.sslMode === "verify-full" || system ? chain : { ...chain, checkServerIdentity: () => undefined };
}

function readCertificate(keyword: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AdvisorError("CONFIG_INVALID", `Cannot read ${keyword} "${path}".`, { hint: "Check the path and its permissions.", cause });
  }
}

/** SSLRequest: length 8, code 80877103; the server answers one byte, S or N. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Asks on a connection of its own, so that no driver error has to be read for it. Rejects with the socket's error. */
export function offersTls(address: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" })));
    socket.once("error", fail);
    socket.once("connect", () => socket.write(sslRequest));
    socket.once("data", (bytes) => {
      socket.destroy();
      resolve(bytes[0] === 0x53);
    });
    socket.once("end", () => fail(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
  });
}
