import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConnectionOptions, connectReadOnly } from "../../src/connect/connect.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const postgres: NativePostgres | null = await nativePostgres();
const folder = mkdtempSync(join(tmpdir(), "plansmith-connect-"));
const options = (url: string, env: ConnectionOptions["env"] = {}): ConnectionOptions => ({
  url,
  statementTimeoutMs: 5000,
  lockTimeoutMs: 500,
  env: { HOME: folder, ...env },
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The error a connection attempt ends in. */
const failure = (url: string, env: ConnectionOptions["env"] = {}) =>
  connectReadOnly(options(url, env)).then(
    async (session) => {
      await session.close();
      throw new Error("connected");
    },
    (error: unknown) => error,
  );

describe("without a server", () => {
  test("a refused connection names host and port and how to check them", async () => {
    expect(await failure("postgresql://x@127.0.0.1:1/db")).toMatchObject({
      code: "CONNECTION_FAILED",
      message: "No PostgreSQL server answers at 127.0.0.1:1.",
      hint: expect.stringContaining("pg_isready -h 127.0.0.1 -p 1"),
    });
  });

  test("a missing socket says which file was looked for", async () => {
    expect(await failure(`postgresql://x@/db?host=${folder}`)).toMatchObject({
      message: `No PostgreSQL server answers at socket ${folder}/.s.PGSQL.5432.`,
    });
  });

  test("a server that says nothing is given up after connect_timeout", async () => {
    const silent = await listening();
    try {
      const error = await failure(`postgresql://x@127.0.0.1:${portOf(silent)}/db?connect_timeout=1&sslmode=disable`);
      expect(error).toMatchObject({ code: "CONNECTION_FAILED" });
    } finally {
      silent.close();
    }
  });

  test.each([
    "mysql://x/y",
    "postgresql://h:99999/d",
    "postgresql://u:p%ZZ@h/d",
    "postgresql://h/d?sslmode=maybe",
    "postgresql://h/d?service=nowhere",
  ])("%s is refused as configuration", async (url) => expect(await failure(url)).toMatchObject({ code: "CONFIG_INVALID" }));
});

describe.skipIf(!postgres)(`on a native PostgreSQL (${postgres ? postgres.major : noNativePostgres})`, () => {
  const server = postgres!;
  beforeAll(async () => {
    await server.run(
      "postgres",
      // 13's default is md5, which a scram-sha-256 rule refuses.
      "set password_encryption = 'scram-sha-256'",
      "create role asked login password 's3cret'",
      "create database closed",
      "revoke connect on database closed from public",
      "create role plain login",
    );
    await server.addAccessRule("host all asked 127.0.0.1/32 scram-sha-256");
  });
  afterAll(() => server.stop());

  test("nothing can be written, whatever is tried", async () => {
    const session = await connectReadOnly(options(server.url()));
    try {
      await expect(session.query("create table t ()")).rejects.toMatchObject({ code: "25006" });
      await expect(session.query("commit")).resolves.toEqual([]);
      await expect(session.query("create table t ()")).rejects.toMatchObject({ code: "25006" });
    } finally {
      await session.close();
    }
  });

  test("timeouts hold, the name is known to the server, and a failed statement does not end the session", async () => {
    const session = await connectReadOnly({ ...options(server.url()), statementTimeoutMs: 100 });
    try {
      await expect(session.query("select pg_sleep(5)")).rejects.toMatchObject({ code: "57014" });
      expect(await session.query("select current_setting('application_name') as name, current_setting('lock_timeout') as lock")).toEqual([
        { name: "plansmith", lock: "500ms" },
      ]);
      expect(session.queryCount()).toBeGreaterThan(4);
      expect(session.executionMs()).toBeGreaterThan(100);
    } finally {
      await session.close();
    }
  });

  test("a wrong password is named so, and stands in no message", async () => {
    const error = await failure(server.url("postgres", "asked", "wr0ng"));
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", message: 'The password for role "asked" is wrong.' });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("wr0ng");
  });

  test("no password where one is asked for says where to put it", async () => {
    expect(await failure(server.url("postgres", "asked"))).toMatchObject({
      message: expect.stringContaining("asks for a password"),
      hint: expect.stringContaining(".pgpass"),
    });
  });

  test("the password comes from PGPASSWORD, or from a password file that only its owner reads", async () => {
    const url = server.url("postgres", "asked");
    const passfile = join(folder, ".pgpass");
    writeFileSync(passfile, `# shop\n*:1:*:*:other\n127.0.0.1:${server.port}:*:asked:s3cret\n`, { mode: 0o600 });
    for (const env of [{ PGPASSWORD: "s3cret" }, {}, { PGPASSFILE: passfile }]) await (await connectReadOnly(options(url, env))).close();
    chmodSync(passfile, 0o644);
    expect(await failure(url)).toMatchObject({ message: expect.stringContaining("asks for a password") });
    rmSync(passfile);
  });

  test("PG* variables, a service and a keyword list reach the same server", async () => {
    writeFileSync(join(folder, ".pg_service.conf"), `[shop]\nhost=127.0.0.1\nport=${server.port}\nuser=plain\ndbname=postgres\n`);
    const env = { PGHOST: "127.0.0.1", PGPORT: String(server.port), PGUSER: "plain", PGDATABASE: "postgres" };
    const { url: _, ...withoutUrl } = options("");
    const sessions = [
      await connectReadOnly({ ...withoutUrl, env: { HOME: folder, ...env } }),
      await connectReadOnly({ ...withoutUrl, env: { HOME: folder, PGSERVICE: "shop" } }),
      await connectReadOnly(options(`host=127.0.0.1 port=${server.port} user='plain' dbname=postgres`)),
      await connectReadOnly(options(`postgresql://plain@/postgres?host=${server.socketDirectory}&port=${server.port}`)),
      await connectReadOnly(options(`postgresql://plain@127.0.0.1:1,127.0.0.1:${server.port}/postgres`)),
    ];
    for (const session of sessions) {
      expect(await session.query("select current_user::text as role")).toEqual([{ role: "plain" }]);
      await session.close();
    }
  });

  test("an unknown database and a closed one are told apart", async () => {
    expect(await failure(server.url("nowhere"))).toMatchObject({
      code: "CONNECTION_FAILED",
      message: expect.stringContaining('no database "nowhere"'),
    });
    expect(await failure(server.url("closed", "plain"))).toMatchObject({
      code: "PERMISSION_DENIED",
      hint: 'Run: GRANT CONNECT ON DATABASE "closed" TO "plain";',
    });
  });

  test("TLS is refused by require where the server has none, and passed over by prefer and allow", async () => {
    for (const mode of ["require", "verify-full"])
      expect(await failure(`${server.url()}?sslmode=${mode}`)).toMatchObject({ message: expect.stringContaining("does not offer TLS") });
    for (const mode of ["disable", "allow", "prefer"]) await (await connectReadOnly(options(`${server.url()}?sslmode=${mode}`))).close();
  });

  test("a pooler that takes no startup options is connected to without them, and still nothing can be written", async () => {
    const pooler = await poolerTo(server.port);
    try {
      const session = await connectReadOnly(options(`postgresql://plain@127.0.0.1:${portOf(pooler)}/postgres?sslmode=disable`));
      await expect(session.query("create temp table t ()")).rejects.toMatchObject({ code: "25006" });
      expect(await session.query("select current_setting('statement_timeout') as timeout")).toEqual([{ timeout: "5s" }]);
      await session.close();
    } finally {
      pooler.close();
    }
  });

  test("a server without a free connection says so", async () => {
    await server.run("postgres", "alter role plain connection limit 0");
    expect(await failure(server.url("postgres", "plain"))).toMatchObject({ message: expect.stringContaining("no connection left") });
    await server.run("postgres", "alter role plain connection limit -1");
  });
});

function listening(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1", () => resolve(server));
  });
}

/** Refuses `options` in the startup packet as PgBouncer does, and passes on everything else. */
function poolerTo(port: number): Promise<Server> {
  const refusal = "SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
  return new Promise((resolve) => {
    const server = createServer((client) => {
      client.on("error", () => undefined);
      client.once("data", (startup) => {
        if (startup.includes("options\0")) {
          const length = Buffer.alloc(4);
          length.writeInt32BE(refusal.length + 4);
          client.end(Buffer.concat([Buffer.from("E"), length, Buffer.from(refusal)]));
          return;
        }
        const upstream = connect(port, "127.0.0.1");
        upstream.on("error", () => client.destroy());
        upstream.write(startup);
        client.pipe(upstream).pipe(client);
      });
    }).listen(0, "127.0.0.1", () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}
