import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openPaperAudit, type PaperAudit } from "./paper-audit.ts";

/** Two indexes that others make needless, and one that is missing. */
const schema = `
create table orders (id int primary key, customer int not null, state text not null, note text not null);
create index by_customer on orders (customer);
create index by_customer_again on orders (customer);
create index by_id on orders (id);
insert into orders select n, n % 700, 's' || n % 4000, repeat('x', 60) from generate_series(1, 60000) n;
`;
const statements = `
select * from orders where state = 's4';
select * from orders where customer = 44;
`;

let paper: PaperAudit;
beforeAll(async () => {
  paper = await openPaperAudit(schema, statements);
});
afterAll(() => paper?.close());

test("a statement that several changes are proved on is planned for its evidence once", async () => {
  let doubted = 0;
  const report = await paper.audit({
    openPlanner: async (snapshot) => {
      const planner = await openShadowPlanner(snapshot);
      return {
        ...planner,
        doubts: (...asked) => {
          doubted += 1;
          return planner.doubts!(...asked);
        },
      };
    },
  });
  const proofs = report.recommendations.flatMap((each) => each.proofs);
  expect(report.recommendations.length).toBeGreaterThanOrEqual(3);
  expect(proofs.length).toBeGreaterThan(new Set(proofs.map(({ family }) => family)).size);
  expect(doubted).toBe(report.families.length);
});
