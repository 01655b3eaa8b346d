import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Measurements, MeasureRequest, Measurer, TakenAway } from "../../src/contract/measurer.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Report } from "../../src/domain/report.ts";
import { openPaperAudit, type PaperAudit, timing } from "./paper-audit.ts";

const schema = `
create table orders (id int primary key, customer int not null, state text not null, total int not null, note text not null);
insert into orders select n, n % 700, 's' || n % 40, n % 9000, repeat('x', 60) from generate_series(1, 60000) n;
create table people (id int primary key, email text not null, filler text not null);
insert into people select n, 'p' || n || '@mail.test', repeat('x', 60) from generate_series(1, 30000) n;
`;
const statements = `
-- calls: 10
select * from orders where customer = 44 and state = 's4';
-- calls: 5
select * from people where email = 'p77@mail.test';
`;

let paper: PaperAudit;
beforeAll(async () => {
  paper = await openPaperAudit(schema, statements);
});
afterAll(() => paper?.close());

type Trial = { readonly with: number; readonly without: number | null };

/** A copy on which a statement takes 20 ms, 1 ms with the set, and as said when one index is taken away. `null`: nothing reads that one. */
function copy(trialOf: (index: IndexDefinition) => Trial | null, cautions: Measurements["cautions"] = []) {
  const requests: MeasureRequest[] = [];
  const measurer: Measurer = {
    description: "copy of a test",
    measure: async (request) => {
      requests.push(request);
      const taken = new Map<string, readonly TakenAway[]>();
      for (const { id, change } of request.changes) {
        if (change.kind !== "create-index") continue;
        const trial = trialOf(change.index);
        const own = request.statements.filter(({ sql }) => sql.includes(` ${change.index.relation.name} `));
        const run = (family: string): TakenAway[] =>
          trial ? [{ family, with: timing(trial.with), without: trial.without === null ? null : timing(trial.without) }] : [];
        taken.set(
          id,
          own.flatMap(({ family }) => run(family)),
        );
      }
      const outcome = { kind: "measured" as const, before: timing(20), after: timing(1), sameRows: true };
      return {
        outcomes: new Map(request.statements.map(({ family }) => [family, outcome])),
        rewrites: new Map(),
        built: new Map(request.changes.map(({ id }) => [id, { bytes: 1_000_000, buildMs: 1 }])),
        taken,
        cautions,
      };
    },
    close: async () => undefined,
  };
  return { measurer, requests };
}

const indexOn = (report: Report, table: string) =>
  report.recommendations.filter(({ candidate: { change } }) => change.kind === "create-index" && change.index.relation.name === table);
const refused = (report: Report) => report.rejected.filter(({ reason }) => reason.startsWith("Refuted: really built on the copy"));
const faster: Trial = { with: 1, without: 20 };

describe("a chosen index that ran on a copy", () => {
  let asPlanned: Report;
  beforeAll(async () => {
    asPlanned = await paper.auditOn(copy(() => faster).measurer);
  });
  const first = (table: string) => indexOn(asPlanned, table)[0]!.candidate.id;

  test("stays where its statements are faster with it, measured once", async () => {
    const { measurer, requests } = copy(() => faster);
    const report = await paper.auditOn(measurer);
    expect(indexOn(report, "orders")).toHaveLength(1);
    expect(indexOn(report, "people")).toHaveLength(1);
    expect(refused(report)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  test("is refuted where they are slower, with both times, and another takes its place", async () => {
    const { measurer, requests } = copy((index) => {
      const same = asPlanned.recommendations.some(
        ({ candidate: { id, change } }) => id === first("orders") && change.kind === "create-index" && sameKeys(change.index, index),
      );
      return same ? { with: 12, without: 7 } : faster;
    });
    const report = await paper.auditOn(measurer);
    const [rejection, ...others] = refused(report);
    expect(others).toEqual([]);
    expect(rejection!.candidate.id).toBe(first("orders"));
    expect(rejection!.reason).toMatch(/took 12\.0 ms with it and 7\.00 ms without/);
    expect(rejection!.proofs.filter(({ backend }) => backend === "copy").map(({ outcome }) => outcome)).toMatchObject([
      { kind: "measured", before: { medianMs: 7 }, after: { medianMs: 12 } },
    ]);
    const [instead] = indexOn(report, "orders");
    expect(instead!.candidate.id).not.toBe(first("orders"));
    expect(instead!.basis).toBe("measured");
    const family = report.families.find(({ id }) => instead!.candidate.helps.includes(id))!;
    expect(family.costAfter).toBeLessThan(family.costBefore);
    // The other table's statement is served as before, and does not run again.
    expect(indexOn(report, "people")[0]!.candidate.id).toBe(first("people"));
    expect(requests.map((request) => request.statements.map(({ sql }) => /from (\w+)/.exec(sql)![1]).toSorted())).toEqual([
      ["orders", "people"],
      ["orders"],
    ]);
  });

  test("is refuted where no plan on the copy reads it", async () => {
    const report = await paper.auditOn(copy((index) => (index.relation.name === "people" ? null : faster)).measurer);
    expect(indexOn(report, "people")).toEqual([]);
    expect(refused(report).map(({ reason }) => reason)).toEqual(refused(report).map(() => expect.stringContaining("no plan reads it")));
    expect(refused(report).length).toBeGreaterThan(0);
  });

  test("stays, with a word, where the difference may be chance", async () => {
    const report = await paper.auditOn(copy(() => ({ with: 0.3, without: 0.25 })).measurer);
    expect(refused(report)).toEqual([]);
    expect(indexOn(report, "orders")[0]!.cautions.join(" ")).toMatch(
      /No gain was measured on the copy: .*250 µs a call without it and 300 µs with/,
    );
  });

  test("stays where a statement does not end without it", async () => {
    const report = await paper.auditOn(copy(() => ({ with: 900, without: null })).measurer);
    expect(refused(report)).toEqual([]);
    expect(indexOn(report, "orders")).toHaveLength(1);
  });

  test("stays where the copy is unlike production, with both said", async () => {
    const unlike = [{ relation: { schema: "public", name: "orders" }, text: "orders is small on the copy." }];
    const report = await paper.auditOn(copy(() => ({ with: 12, without: 7 }), unlike).measurer);
    expect(indexOn(report, "people")).toEqual([]);
    const [kept] = indexOn(report, "orders");
    expect(kept!.cautions.join(" ")).toMatch(/No gain was measured.* orders is small on the copy/);
  });

  test("is the last of its kind where each one is refuted: the search ends, and every statement keeps its cost", async () => {
    const { measurer, requests } = copy(() => ({ with: 12, without: 7 }));
    const report = await paper.auditOn(measurer);
    expect(report.recommendations.filter(({ candidate }) => candidate.change.kind === "create-index")).toEqual([]);
    expect(refused(report).length).toBeGreaterThanOrEqual(requests.length);
    // Whoever was left out in an earlier round keeps that round's reason.
    expect(report.rejected.filter(({ reason }) => /Not tried: the run stopped|Unproved: none/.test(reason))).toEqual([]);
    for (const { costBefore, costAfter } of report.families) expect(costAfter).toBe(costBefore);
    expect(report.summary.weightedRatio).toBe(1);
  });
});

function sameKeys(a: IndexDefinition, b: IndexDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
