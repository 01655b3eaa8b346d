import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { planShape, readPlan } from "../../src/parse/read-plan.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { type ArchiveCase, archiveCases, archiveMaintenance, archiveSql } from "./archive.ts";
import { collect } from "./fidelity.ts";

let production: EmbeddedDatabase;
let planner: Planner;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "libc-utf8", extensions: ["pg_trgm", "btree_gin", "btree_gist", "vector", "hstore"] });
  await production.run("set work_mem = '64MB'");
  for (const sql of [...archiveSql, ...archiveMaintenance]) await production.run(sql);
  planner = await openShadowPlanner(await collect(production.session));
});
afterAll(async () => {
  await planner.close();
  await production.close();
});

interface Measured {
  readonly bytes: number;
  readonly plans: readonly { readonly shape: string; readonly cost: number }[];
}

/** The same index, really built; statistics of its expressions gathered. Dropped again. */
async function build({ index, queries }: ArchiveCase, name: string): Promise<Measured> {
  await production.run(createIndexSql(index, { name }));
  try {
    if (index.keys.some((each) => each.column === null)) await production.session.query(`analyze ${index.relation.name}`);
    const [size] = await production.session.query<{ bytes: string; parts: string[] }>(
      `with recursive part (oid) as (select $1::regclass::oid union all select inhrelid from part join pg_inherits on inhparent = oid)
       select sum(pg_relation_size(oid)) as bytes, array_agg(relname::text) as parts from part join pg_class using (oid) where relkind = 'i'`,
      [name],
    );
    const plans = [];
    for (const sql of queries) {
      const plan = readPlan(await production.scalar(`explain (format json) ${sql}`), () => "public");
      let shape = planShape(plan);
      for (const part of size!.parts) shape = shape.replaceAll(` ${part} `, ` ${name} `).replaceAll(` ${part}`, ` ${name}`);
      plans.push({ shape, cost: plan.root.totalCost });
    }
    return { bytes: Number(size!.bytes), plans };
  } finally {
    await production.run(`drop index ${name}`);
  }
}

describe("an index that is not there", () => {
  test.each(archiveCases.map((each, position) => [each.name, each, `case${position}`] as const))(
    "%s: has the size and gives the plan of the one really built",
    async (_name, archiveCase, id) => {
      const prepared = await planner.prepare(id, archiveCase.index);
      expect(prepared).toMatchObject({ kind: "prepared", name: `plansmith_${id}` });
      if (prepared.kind === "refused") return;
      const built = await build(archiveCase, prepared.name);
      for (const [position, sql] of archiveCase.queries.entries()) {
        const outcome = await planner.plan(sql, { show: [id], hide: [] });
        if (outcome.kind === "failed") throw new Error(`${outcome.sqlState} ${outcome.message}: ${sql}`);
        const expected = built.plans[position]!;
        expect.soft(planShape(outcome.plan), sql).toBe(expected.shape);
        expect.soft(Math.abs(outcome.plan.root.totalCost / expected.cost - 1), sql).toBeLessThan(archiveCase.costWithin ?? 0.03);
      }
      expect.soft(Math.abs(prepared.bytes / built.bytes - 1), `${prepared.bytes} for ${built.bytes}`).toBeLessThan(archiveCase.sizeWithin);
    },
  );
});
