import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer as createWebServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltProgram, buildProgram } from "../support/built-program.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const postgres: NativePostgres | null = await nativePostgres();
const secret = "hunter2-and-3";

interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly target?: string;
  readonly message: string;
}

describe.skipIf(!postgres)(`whole processes, databases on PostgreSQL ${postgres ? postgres.major : noNativePostgres}`, () => {
  const server = postgres!;
  let program: BuiltProgram;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    program = await buildProgram();
    await server.run("postgres", "create database jobs", ...["shop", "crm", "billing"].map((name) => `create database ${name}`));
    for (const name of ["shop", "crm", "billing"])
      await server.run(name, "create extension if not exists pg_stat_statements", "create table t (id int primary key, a int)", "analyze");
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await server.stop();
    await program.remove();
  });

  /** A server on a free port. */
  const listen = async (listener: Server): Promise<number> => {
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    closing.push(() => listener.close());
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  };
  /** Stands before the database: keeps what comes unanswered until it is opened. `reached` resolves at the first connection. */
  const gate = async () => {
    const sockets = new Set<Socket>();
    let open = false;
    let reach: () => void;
    const reached = new Promise<void>((done) => {
      reach = done;
    });
    const port = await listen(
      createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => undefined);
        reach();
        if (!open) return;
        const onward = connect(server.port, server.host);
        onward.on("error", () => socket.destroy());
        socket.pipe(onward).pipe(socket);
      }),
    );
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
    });
    const opening = () => {
      open = true;
    };
    return { port, reached, open: opening };
  };
  /** A webhook that counts the reports that come in, by target; a target that hangs may give a notice of failure. */
  const webhook = async () => {
    const received: string[] = [];
    const listener = createWebServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        const { event, target } = JSON.parse(body) as { event: string; target: string };
        if (event === "report") received.push(target);
        response.end();
      });
    });
    return { received, url: `http://127.0.0.1:${await listen(listener)}/` };
  };

  /** Starts `plansmith schedule`, with its log as it comes. */
  const start = (arguments_: readonly string[], env: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [program.main, "schedule", "--log", "json", ...arguments_], {
      env: { ...process.env, ...env, XDG_STATE_HOME: program.folder, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    closing.push(() => child.kill("SIGKILL"));
    const lines: LogLine[] = [];
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        lines.push(line.startsWith("{") ? (JSON.parse(line) as LogLine) : { event: "other", level: "other", message: line });
        child.emit("line");
      }
    });
    return { child, lines, said: (event: string) => lines.filter((line) => line.event === event).map(({ target }) => target) };
  };
  const until = async ({ child }: { readonly child: ChildProcess }, isSo: () => boolean) => {
    while (!isSo()) await once(child, "line");
  };
  const ended = async ({ child }: { readonly child: ChildProcess }) =>
    child.exitCode ?? ((await once(child, "exit")) as [number | null])[0];
  const fleetFile = async (name: string, fleet: object) => {
    const path = join(program.folder, `${name}.json`);
    await writeFile(
      path,
      JSON.stringify({ name, store: join(program.folder, `store-${name}`), state: join(program.folder, `state-${name}`), ...fleet }),
    );
    return path;
  };

  test("a worker killed in the middle of an audit: the other does the run, once, and every report arrives once", async () => {
    const { received, url } = await webhook();
    const shop = await gate();
    const config = await fleetFile("two-workers", {
      concurrency: 1,
      defaults: { retries: 0, audit: { planner: "shadow" }, deliver: [{ to: "webhook", url: "${HOOK}", payload: "json", always: true }] },
      targets: ["shop", "crm", "billing"].map((name) => ({ name, url: `\${PGURL_${name.toUpperCase()}}` })),
    });
    const env = {
      HOOK: url,
      QUEUE: server.url("jobs", "postgres", secret),
      PGURL_SHOP: `postgres://postgres:${secret}@127.0.0.1:${shop.port}/shop?connect_timeout=600`,
      PGURL_CRM: server.url("crm", "postgres", secret),
      PGURL_BILLING: server.url("billing", "postgres", secret),
    };
    const flags = ["--config", config, "--once", "--queue-url", "${QUEUE}"];
    const first = start(flags, env);
    // It has taken the first job and its audit waits for the database.
    await Promise.all([shop.reached, until(first, () => first.said("run started").includes("shop"))]);
    const second = start(flags, env);
    await until(second, () => second.said("run started").length > 0);
    first.child.kill("SIGKILL");
    shop.open();
    expect(await ended(second)).toBe(0);
    expect(first.said("run done")).toEqual([]);
    expect(second.said("run done").sort()).toEqual(["billing", "crm", "shop"]);
    expect([...received].sort()).toEqual(["billing", "crm", "shop"]);

    const client = new pg.Client({ connectionString: server.url("jobs") });
    await client.connect();
    const { rows } = await client.query<{ line: string }>("select target || ' ' || outcome as line from plansmith_fleet.run order by 1");
    const jobs = await client.query<{ data: string }>("select data::text from plansmith_queue.job where name = 'two-workers'");
    await client.end();
    expect(rows.map(({ line }) => line)).toEqual(["billing done", "crm done", "shop done"]);
    expect(JSON.stringify([first.lines, second.lines, jobs.rows])).not.toContain(secret);
  });

  test("a server that accepts and never answers, and a locked catalog, hold up no other database", async () => {
    const { received, url } = await webhook();
    const silent = await gate();
    const locker = new pg.Client({ connectionString: server.url("billing") });
    await locker.connect();
    closing.push(() => locker.end());
    await locker.query("begin; lock table pg_catalog.pg_class in access exclusive mode");
    const config = await fleetFile("hanging", {
      concurrency: 3,
      defaults: { retries: 0, audit: { planner: "shadow" }, deliver: [{ to: "webhook", url: "${HOOK}", payload: "json" }] },
      targets: [
        { name: "silent", url: `postgres://postgres@127.0.0.1:${silent.port}/shop?connect_timeout=600`, timeout: "90s" },
        { name: "locked", url: server.url("billing"), timeout: "90s" },
        { name: "shop", url: server.url("shop") },
        { name: "crm", url: server.url("crm") },
      ],
    });
    const run = start(["--config", config, "--once"], { HOOK: url });
    await until(run, () => run.said("run done").length === 2);
    // Both are done while the two that hang still do.
    expect(run.said("run done").sort()).toEqual(["crm", "shop"]);
    expect(run.said("run failed")).not.toContain("silent");
    expect([...received].sort()).toEqual(["crm", "shop"]);
    // Told to stop with two runs that would go on: they are aborted, and it says which.
    run.child.kill("SIGTERM");
    expect(await ended(run)).toBe(3);
    expect(run.said("aborted")).toContain("silent");
    await locker.query("rollback");
  });
});
