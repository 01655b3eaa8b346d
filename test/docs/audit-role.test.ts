import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runDoctor } from "../../src/wire.ts";
import { nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/audit-role.md"), "utf8");
const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
const server = await nativePostgres();
afterAll(() => server?.stop());

/** The statements of the block between two markers. */
function block(name: string): string[] {
  const text = new RegExp(`<!-- ${name}:begin -->\\n\`\`\`sql\\n([\\s\\S]*?)\`\`\`\\n<!-- ${name}:end -->`).exec(page)?.[1];
  if (text === undefined) throw new Error(`docs/audit-role.md has no block "${name}"`);
  return text.split(/;\s*\n/).filter((statement) => statement.trim() !== "");
}

const withServer = describe.skipIf(server === null || !server.hasStatements);
withServer(`the SQL of docs/audit-role.md (${server === null ? noNativePostgres : `PostgreSQL ${server.major}`})`, () => {
  test.each([
    ["role", "plansmith"],
    ["least", "plansmith_least"],
  ])("makes with the block %s a role %s that doctor finds nothing missing for, and that cannot write", async (name, role) => {
    await server!.run("postgres", ...block(name), "create table if not exists t (a int)", "select count(*) from t");
    const checks = await runDoctor({ url: server!.url("postgres", role) });
    expect(checks.filter((check) => check.ok === false)).toEqual([]);
    // What is only partly there is a matter of this server's age (counters of minutes), not of a right.
    expect(checks.filter((check) => check.remedy?.includes("GRANT"))).toEqual([]);
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: server!.url("postgres", role) });
    await client.connect();
    await expect(client.query("insert into t values (1)")).rejects.toMatchObject({ code: expect.stringMatching(/25006|42501/) });
    await expect(client.query("select * from t")).rejects.toMatchObject({ code: "42501" });
    await client.end();
  });

  test("without the GRANT on pg_statistic, doctor says what is missing and the GRANT for it", async () => {
    await server!.run("postgres", "create role halfway login", "grant pg_monitor to halfway");
    const checks = await runDoctor({ url: server!.url("postgres", "halfway") });
    expect(checks.find((check) => check.ok === false)?.remedy).toBe('GRANT SELECT ON pg_statistic TO "halfway";');
  });
});

test("README gives the same grants", () => {
  for (const line of block("role").filter((each) => each.startsWith("GRANT"))) expect(readme).toContain(line);
});
