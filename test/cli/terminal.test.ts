import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isInteractive } from "../../src/cli/interactive.ts";
import { type BuiltProgram, buildProgram } from "../support/built-program.ts";
import { nativePostgres } from "../support/native-postgres.ts";

// Real key presses in a pseudo-terminal, which Node has none of: Python's.
const run = promisify(execFile);
const hasPython = await run("python3", ["-c", "import pty"]).then(
  () => true,
  () => false,
);
const server = hasPython ? await nativePostgres() : null;
afterAll(() => server?.stop());

const [enter, down, interrupt] = ["\r", "\u001b[B", "\u0003"];

describe("a person is asked", () => {
  const at = (environment: Record<string, string>, asked?: boolean, atTerminal = true) => isInteractive({ asked, environment, atTerminal });
  test("at a terminal, and not in CI, in a pipe, on a dumb terminal or against --no-interactive", () => {
    expect(at({ TERM: "xterm" })).toBe(true);
    expect(at({ TERM: "xterm", CI: "true" })).toBe(false);
    expect(at({ TERM: "dumb" })).toBe(false);
    expect(at({ TERM: "xterm" }, undefined, false)).toBe(false);
    expect(at({ TERM: "xterm" }, false)).toBe(false);
    expect(at({ TERM: "xterm", CI: "false" })).toBe(true);
  });
  test("in CI only when --interactive says so, and never without a terminal", () => {
    expect(at({ CI: "true" }, true)).toBe(true);
    expect(() => at({}, true, false)).toThrow("needs a terminal");
  });
});

describe.skipIf(!hasPython)("at a terminal", () => {
  let program: BuiltProgram;
  let folder: string;
  beforeAll(async () => {
    program = await buildProgram();
    folder = mkdtempSync(join(tmpdir(), "plansmith-terminal-"));
    writeFileSync(
      join(folder, "schema.sql"),
      `create table orders (id bigint primary key, customer_id bigint, note text);
       -- plansmith: orders rows=2000000 customer_id.distinct=40000 note.distinct=-1\n`,
    );
    writeFileSync(
      join(folder, "queries.sql"),
      "-- calls: 50000, mean_ms: 2\nselect * from orders where customer_id = 42;\n-- calls: 500, mean_ms: 20\nselect id from orders where lower(note) = 'x';\n",
    );
  });
  afterAll(async () => {
    await program.remove();
    rmSync(folder, { recursive: true });
  });

  const audit = ["audit", "--schema", "schema.sql", "--statements", "queries.sql"];

  async function at(steps: readonly (readonly [text: string, keys: string])[], argv: readonly string[], more: Record<string, string> = {}) {
    const { CI: _, NO_COLOR: __, ...environment } = process.env;
    const script = join(import.meta.dirname, "../support/at_terminal.py");
    const { stdout } = await run("python3", [script, JSON.stringify(steps), process.execPath, program.main, ...argv], {
      cwd: folder,
      env: { ...environment, NO_COLOR: "1", ...more },
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout) as { said: string; code: number; sane: boolean; missing: string | null };
  }

  test("a recommendation is expanded with its plans below the whole report, and Ctrl-C leaves a sane terminal and the exit code", async () => {
    const { said, code, sane, missing } = await at(
      [
        ["expand one", enter],
        ["Plans of", ""],
        ["expand one", interrupt],
      ],
      audit,
    );
    expect(missing).toBeNull();
    expect({ code, sane }).toEqual({ code: 0, sane: true });
    const [report = "", after = ""] = said.split("recommendations: expand one");
    expect(report).toContain("2 recommendations");
    expect(report).toContain("Nothing was executed and nothing was changed.");
    expect(said.slice(said.indexOf("Plans of"))).toMatch(
      /before[\s\S]*Seq Scan on public\.orders[\s\S]*after[\s\S]*orders_customer_id_idx/,
    );
    expect(after).toContain("Write a migration");
  });

  test("chosen recommendations are written as a migration by the code of apply", async () => {
    const { said, code, missing } = await at(
      [
        ["expand one", down],
        ["lower", down],
        ["Write a migration", enter],
        ["Which ones", "a"],
        ["◉", enter],
        ["which tool", enter],
        ["Into which folder", `\u0015written${enter}`],
        ["wrote written", ""],
        ["expand one", interrupt],
      ],
      audit,
    );
    expect(missing, said.slice(-2000)).toBeNull();
    expect(code).toBe(0);
    const files = readdirSync(join(folder, "written"));
    expect(files.filter((file) => file.endsWith("_idx.sql"))).toHaveLength(2);
    expect(readFileSync(join(folder, "written", files.find((file) => file.endsWith("_idx.sql"))!), "utf8")).toContain(
      "CREATE INDEX CONCURRENTLY",
    );
  });

  test("nobody is asked in CI or with --no-interactive", async () => {
    const inCi = await at([], audit, { CI: "true" });
    const off = await at([], [...audit, "--no-interactive"]);
    for (const { said, code } of [inCi, off]) {
      expect(code).toBe(0);
      expect(said).toContain("2 recommendations");
      expect(said).not.toContain("expand one");
    }
  });

  test("Ctrl-C in the middle of an audit ends it with 3 and nothing asked", async () => {
    const { said, code, sane, missing } = await at([["shadow", interrupt]], audit);
    expect(missing).toBeNull();
    expect({ code, sane }).toEqual({ code: 3, sane: true });
    expect(said).toContain("stopping");
    expect(said).not.toContain("expand one");
  });

  describe.skipIf(server === null)("apply --execute", () => {
    let report: string;
    beforeAll(async () => {
      report = join(folder, "report.json");
      await run(process.execPath, [program.main, ...audit, "--json", "-o", report], { cwd: folder });
      await server!.run("postgres", "create database shop");
      await server!.run("shop", "create table orders (id bigint primary key, customer_id bigint, note text)");
    });
    const execute = () => ["apply", report, "--execute", "--url", server!.url("shop")];
    const indexes = async () => {
      await server!.run("shop", "select 1");
      const { default: pg } = await import("pg");
      const client = new pg.Client({ connectionString: server!.url("shop") });
      await client.connect();
      try {
        return (
          await client.query<{ name: string }>(
            "select indexrelid::regclass::text as name from pg_index where indrelid = 'orders'::regclass and indisvalid order by 1",
          )
        ).rows.map((row) => row.name);
      } finally {
        await client.end();
      }
    };

    test("runs nothing when another name is typed, when Ctrl-C is pressed, or off a terminal", async () => {
      expect(await at([["Type the database's name", `postgres${enter}`]], execute())).toMatchObject({ code: 2, sane: true, missing: null });
      const left = await at([["Type the database's name", interrupt]], execute());
      expect(left).toMatchObject({ sane: true, missing: null });
      expect(left.code).not.toBe(0);
      expect(left.said).toContain("Nothing was run.");
      await expect(run(process.execPath, [program.main, ...execute()], { cwd: folder })).rejects.toMatchObject({ code: 2 });
      expect(await indexes()).toEqual(["orders_pkey"]);
    });

    test("runs the statements when the name is typed, and says what is done", async () => {
      const { said, code, missing } = await at([["Type the database's name", `shop${enter}`]], execute());
      expect(missing).toBeNull();
      expect(said).toContain("3 statements done, all indexes valid.");
      expect(code).toBe(0);
      expect(await indexes()).toEqual(["orders_customer_id_idx", "orders_lower_note_idx", "orders_pkey"]);
    });
  });
});
