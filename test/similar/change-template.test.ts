import { beforeAll, describe, expect, test } from "vitest";
import type { CandidateKey, IndexDefinition } from "../../src/domain/candidate.ts";
import type { Scan } from "../../src/domain/workload.ts";
import { fillTemplate, templateOf } from "../../src/similar/change-template.ts";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { plainIndex, plainKey } from "../support/plain-index.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";

beforeAll(loadGrammar);

const catalog = literalCatalog(
  [
    table("orders", "id bigint not null, user_id bigint, status text, created_at timestamptz, meta jsonb, total numeric"),
    table("tickets", "no bigint not null, owner bigint, phase text, opened timestamptz, extra jsonb, fee numeric"),
  ],
  [],
);
const scan = (sql: string): Scan => factsOf(sql, catalog).scans[0]!;
const index = (keys: readonly CandidateKey[], more: Partial<IndexDefinition> = {}) => plainIndex("orders", keys, more);

describe("a change as a template", () => {
  test("fits another schema's statement of the same parts", () => {
    const template = templateOf(
      scan("select * from orders where user_id = 7 and status = 'open' order by created_at desc limit 5"),
      index([plainKey("user_id"), plainKey("status"), plainKey("created_at", { descending: true, nullsFirst: true })]),
    );
    const filled = fillTemplate(template!, scan("select * from tickets where phase = 'new' and owner = 3 order by opened desc limit 9"));
    expect(filled).toMatchObject({
      relation: { name: "tickets" },
      keys: [{ sql: "owner" }, { sql: "phase" }, { sql: "opened", descending: true }],
    });
  });

  test("keeps operator class, expression and partial predicate", () => {
    const template = templateOf(
      scan("select id from orders where lower(status) = 'a' and total is null"),
      index([plainKey("lower(status)", { operatorClass: "text_pattern_ops" })], { predicate: "total IS NULL" }),
    );
    const filled = fillTemplate(template!, scan("select no from tickets where lower(phase) = 'x' and fee is null"));
    expect(filled).toMatchObject({
      keys: [{ sql: "lower(phase)", column: null, operatorClass: "text_pattern_ops" }],
      predicate: "fee IS NULL",
    });
  });

  test("covers what the other statement reads", () => {
    const template = templateOf(scan("select total from orders where user_id = 7"), index([plainKey("user_id")], { include: ["total"] }));
    expect(fillTemplate(template!, scan("select phase, fee from tickets where owner = 7"))).toMatchObject({ include: ["fee", "phase"] });
  });

  test("is none for a statement without such a part", () => {
    const template = templateOf(scan("select * from orders where meta @> '{}'"), index([plainKey("meta")], { accessMethod: "gin" }));
    expect(fillTemplate(template!, scan("select * from tickets where owner = 7"))).toBeNull();
  });

  test("is none where the predicate would hold a parameter", () => {
    const template = templateOf(
      scan("select * from orders where user_id = 7 and status = 'open'"),
      index([plainKey("user_id")], { predicate: "status = 'open'" }),
    );
    expect(template).not.toBeNull();
    expect(fillTemplate(template!, scan("select * from tickets where owner = 7 and phase = $1"))).toBeNull();
  });

  test("is none when a key of the index comes from elsewhere", () => {
    expect(templateOf(scan("select * from orders where user_id = 7"), index([plainKey("user_id"), plainKey("total")]))).toBeNull();
  });
});
