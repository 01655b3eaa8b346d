import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditInput } from "../../src/config/audit-input.ts";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { runAudit } from "../../src/wire.ts";
import { schemaErrors } from "../render/report-schema.ts";
import { auditInput } from "../support/audit-input.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { storeMaintenance, storeSql } from "./store.ts";

const server = await nativePostgres();
const hasHypopg =
  server !== null &&
  (await server.run("postgres", "create extension hypopg").then(
    () => true,
    () => false, // not installed on this machine
  ));

const statements = `select * from orders where customer_id = 77;
select id from orders where tags @> '{t17}';
select * from orders where id = 5;
update orders set status = 'paid' where customer_id = 78;
`;

describe.skipIf(server === null)(`an audit of a native PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  const folder = mkdtempSync(join(tmpdir(), "plansmith-audit-"));
  const statementsFile = join(folder, "queries.sql");
  beforeAll(async () => {
    // Redundant by its first column: a rule proposes to drop it.
    await native.run("postgres", ...storeSql, "create index orders_placed_at_id on orders (placed_at, id)", ...storeMaintenance);
    writeFileSync(statementsFile, statements);
  });
  afterAll(async () => {
    await native.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const input = (more: Partial<AuditInput>) => auditInput({ kind: "url", url: native.url() }, { statementsFile, ...more });
  const audit = (more: Partial<AuditInput>): Promise<Report> =>
    runAudit(input(more), { onProgress: () => {}, signal: new AbortController().signal });
  const methods = (report: Report) =>
    report.recommendations
      .flatMap(({ candidate: { change } }) => (change.kind === "create-index" ? [change.index.accessMethod] : []))
      .sort();

  test("auto takes an installed PostgreSQL of production's major, and says so", async () => {
    const report = await audit({});
    expect(report.origin).toMatch(
      new RegExp(String.raw`planned by shadow \(PostgreSQL ${native.major}\.\d+.*chosen by --planner auto because`),
    );
    expect(methods(report)).toEqual(["btree", "gin"]);
    expect(report.recommendations.flatMap((each) => each.cautions).join()).not.toContain("planned by PostgreSQL 18");
  });

  test("the embedded planner on demand", async () => {
    const report = await audit({ planner: "shadow" });
    expect(report.origin).toContain("planned by shadow (PGlite 18");
    expect(methods(report)).toEqual(["btree", "gin"]);
  });

  test.skipIf(!hasHypopg)("HypoPG proves B-trees, and refuses what it cannot make or hide", async () => {
    const report = await audit({ planner: "hypopg" });
    expect(report.origin).toMatch(/planned by HypoPG \d/);
    expect(methods(report)).toEqual(["btree"]);
    expect(report.recommendations[0]!.proofs.map((proof) => proof.backend)).toContain("hypopg");
    const refusals = report.rejected.map((each) => each.reason);
    expect(
      refusals.some((reason) => /access method/i.test(reason)),
      refusals.join("\n"),
    ).toBe(true);
  });

  test("HypoPG needs a server", async () => {
    await expect(audit({ source: { kind: "demo" }, planner: "hypopg" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  describe("with a copy", () => {
    let copy: NativePostgres;
    beforeAll(async () => {
      copy = (await nativePostgres()) as NativePostgres;
      await copy.run("postgres", ...storeSql); // not analysed, as a restored dump
    });
    afterAll(() => copy?.stop());

    test("times stand beside costs, each called what it is", async () => {
      const report = await audit({ copy: { url: copy.url(), isVouchedFor: false, timeoutMs: 10_000 } });
      expect(report.origin).toContain('times measured on the copy "postgres"');
      const btree = report.recommendations.find((each) => each.title.includes("customer_id"))!;
      expect(btree.basis).toBe("measured");
      expect(new Set(btree.proofs.map((proof) => `${proof.backend} ${proof.outcome.kind}`))).toEqual(
        new Set(["shadow estimated", "copy measured"]),
      );
      for (const { outcome } of btree.proofs)
        if (outcome.kind === "measured") expect(outcome.after.medianMs).toBeLessThan(outcome.before.medianMs);
      expect(renderReport(report, "terminal", { color: false, width: 100 })).toMatch(/measured on the\s+copy: /);
      expect(schemaErrors(renderReport(report, "json", { color: false, width: 80 }))).toEqual([]);
    });

    test("production in its place is refused", async () => {
      const itself = { url: native.url(), isVouchedFor: true, timeoutMs: 10_000 };
      await expect(audit({ copy: itself })).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
    });
  });
});
