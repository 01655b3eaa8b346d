import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectReadOnly } from "../../src/connect/connect.ts";
import { type NativePostgres, nativePostgres } from "../support/native-postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-tls-"));
const file = (name: string) => join(folder, name);
const certificates = makeCertificates();
const postgres: NativePostgres | null = certificates
  ? await nativePostgres({ ssl: "on", ssl_cert_file: file("server.crt"), ssl_key_file: file("server.key"), ssl_ca_file: file("root.crt") })
  : null;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An authority, and certificates for the name localhost and for the role tls_only. False without openssl. */
function makeCertificates(): boolean {
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const authority = (name: string, subject: string) => {
    const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", ...files, "-days", "2", "-subj", `/CN=${subject}`);
  };
  const request = (name: string, subject: string) =>
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${subject}`);
  try {
    authority("root", "test root");
    authority("other", "other root");
    for (const [name, subject] of [
      ["server", "localhost"],
      ["client", "tls_only"],
    ] as const) {
      request(name, subject);
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "root.crt",
        "-CAkey",
        "root.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-out",
        `${name}.crt`,
      );
    }
  } catch {
    // No openssl on this machine: the suite is skipped.
    return false;
  }
  chmodSync(folder, 0o755);
  chmodSync(file("server.key"), 0o600);
  if (process.getuid?.() === 0) {
    const uid = (name: string) => {
      const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
      return [id("-u"), id("-g")] as const;
    };
    try {
      chownSync(file("server.key"), ...uid("postgres"));
    } catch {
      chownSync(file("server.key"), ...uid("nobody"));
    }
  }
  return statSync(file("server.crt")).size > 0;
}

describe.skipIf(!postgres)("a server with TLS (needs openssl and a native PostgreSQL)", () => {
  const server = postgres!;
  beforeAll(async () => {
    await server.run("postgres", "create role tls_only login");
    await server.addAccessRule("hostnossl all tls_only 127.0.0.1/32 reject");
  });
  afterAll(() => server.stop());

  /** Whether the session that comes of it is encrypted, or the error. */
  const attempt = async (parameters: Record<string, string>, user = "postgres", host = "127.0.0.1") => {
    const query = new URLSearchParams(parameters).toString();
    const url = `postgresql://${user}@${host}:${server.port}/postgres?${query}`;
    try {
      const session = await connectReadOnly({ url, statementTimeoutMs: 5000, lockTimeoutMs: 500, env: { HOME: folder } });
      const [row] = await session.query<{ ssl: boolean; client: string | null }>(
        "select ssl, client_dn as client from pg_stat_ssl where pid = pg_backend_pid()",
      );
      await session.close();
      return row;
    } catch (error) {
      return error;
    }
  };

  test("prefer and require encrypt, allow and disable do not", async () => {
    for (const [sslmode, ssl] of [
      ["prefer", true],
      ["require", true],
      ["allow", false],
      ["disable", false],
    ] as const)
      expect(await attempt({ sslmode })).toMatchObject({ ssl });
  });

  test("allow turns to TLS where pg_hba.conf refuses plain text, and disable says what to try", async () => {
    expect(await attempt({ sslmode: "allow" }, "tls_only")).toMatchObject({ ssl: true });
    expect(await attempt({ sslmode: "disable" }, "tls_only")).toMatchObject({
      code: "CONNECTION_FAILED",
      hint: expect.stringContaining("sslmode"),
    });
  });

  test("verify-ca checks who signed, verify-full the name as well", async () => {
    const root = { sslrootcert: file("root.crt") };
    expect(await attempt({ sslmode: "verify-ca", ...root })).toMatchObject({ ssl: true });
    expect(await attempt({ sslmode: "verify-full", ...root }, "postgres", "localhost")).toMatchObject({ ssl: true });
    expect(await attempt({ sslmode: "verify-full", ...root })).toMatchObject({
      message: expect.stringMatching(/is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/),
    });
    expect(await attempt({ sslmode: "verify-ca", sslrootcert: file("other.crt") })).toMatchObject({
      message: expect.stringContaining("is not trusted"),
    });
    expect(await attempt({ sslmode: "require", sslrootcert: file("other.crt") })).toMatchObject({
      message: expect.stringContaining("is not trusted"),
    });
  });

  test("a missing root certificate is a matter of configuration", async () => {
    expect(await attempt({ sslmode: "verify-full" })).toMatchObject({
      code: "CONFIG_INVALID",
      hint: expect.stringContaining("sslrootcert"),
    });
    expect(await attempt({ sslmode: "verify-full", sslrootcert: file("none.crt") })).toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("none.crt"),
    });
  });

  test("a client certificate is shown to the server", async () => {
    const own = { sslcert: file("client.crt"), sslkey: file("client.key") };
    expect(await attempt({ sslmode: "require", ...own }, "tls_only")).toEqual({ ssl: true, client: "/CN=tls_only" });
  });
});
