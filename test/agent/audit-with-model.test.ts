import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { loadRewriteRules, loadRules } from "../../rules/index.ts";
import type { AgentBudget } from "../../src/agent/rounds.ts";
import { type AuditOptions, audit } from "../../src/audit/audit.ts";
import type { Report } from "../../src/domain/report.ts";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { openProver } from "../../src/equivalence/prover.ts";
import { openAiChat } from "../../src/inference/openai-chat.ts";
import { renderReport } from "../../src/render/index.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { schemaErrors } from "../render/report-schema.ts";
import { type Behaviour, type ChatRequest, type ChatServer, chatServer } from "../support/chat-server.ts";
import { shopSnapshot } from "./shop.ts";

let parser: SqlParser;
let snapshot: Snapshot;
let server: ChatServer | null = null;

beforeAll(async () => {
  parser = await openParser();
  snapshot = await shopSnapshot(parser);
});
afterEach(async () => {
  await server?.close();
  server = null;
});
afterAll(() => parser.close());

const lookup = "select id, total from orders where customer_id = 42 and feeling <> 'sad' order by created_at desc limit 10";
const byTag = "select id from orders where tags @> array['t3']";
const statement = (sql: string, calls: number): StatementStats => ({ ...uncountedStatement(sql, null), calls, totalExecTimeMs: calls * 5 });

const options: AuditOptions = {
  ruleOptions: {},
  maxIndexes: null,
  maxGrowth: null,
  maxBytes: null,
  withValues: false,
  timeBudgetMs: null,
  signal: new AbortController().signal,
  onProgress: () => {},
  advisorVersion: "0",
};

interface Run {
  readonly behave: readonly Behaviour[] | ((request: ChatRequest) => Behaviour);
  readonly statements?: readonly string[];
  readonly budget?: Partial<AgentBudget>;
  /** The index rules, or none, so that all comes from the model. */
  readonly withRules?: boolean;
  readonly words?: boolean;
  readonly signal?: AbortSignal;
  readonly silenceMs?: number;
}

async function run({
  behave,
  statements = [lookup, byTag],
  budget = {},
  withRules = false,
  words = false,
  signal = options.signal,
  silenceMs = 30_000,
}: Run): Promise<Report> {
  server = await chatServer(behave);
  const model = openAiChat({ url: server.url, model: "scripted", silenceMs });
  const own = { ...snapshot, statements: statements.map((sql, at) => statement(sql, 1000 - at)) };
  return audit(
    {
      source: { read: async () => own },
      parser,
      rules: withRules ? await loadRules() : new Map(),
      openPlanner: (read) => openShadowPlanner(read),
      rewrites: { rules: await loadRewriteRules(), openProver: () => openProver() },
      agent: {
        name: model.id,
        words,
        openModel: async () => model,
        budget: { statements: 8, rounds: 3, tokens: 100_000, timeMs: 60_000, ...budget },
      },
    },
    { ...options, signal },
  );
}

const index = (keys: readonly string[], more: object = {}) => ({
  kind: "index",
  table: "public.orders",
  method: "btree",
  keys,
  include: [],
  where: null,
  ...more,
});
const says = (...proposals: readonly object[]): Behaviour => ({ kind: "says", text: JSON.stringify({ proposals }) });
/** Answers for the statement that the first question of the talk was about. */
const about = (answers: Readonly<Record<string, readonly Behaviour[]>>) => {
  const asked = new Map<string, number>();
  return (request: ChatRequest): Behaviour => {
    const { statement: sql } = JSON.parse(request.messages[1]!.content) as { statement: string };
    const [word] = Object.keys(answers).filter((each) => sql.includes(each));
    const number = asked.get(word!) ?? 0;
    asked.set(word!, number + 1);
    return answers[word!]![Math.min(number, answers[word!]!.length - 1)]!;
  };
};
const applied = (report: Report) => report.recommendations.flatMap(({ apply }) => apply).join("\n");
const json = (report: Report) => renderReport(report, "json", { color: false, width: 80 });

describe("a model that answers well", () => {
  test("has its good proposals proved and kept, and its bad ones refused with their reasons", async () => {
    const report = await run({
      behave: about({
        customer_id: [says(index(["customer_id", "created_at DESC"]), index(["total"]), index(["random()"]), index(["nothing"])), says()],
        tags: [says(index(["tags"], { method: "gin" }))],
      }),
      budget: { rounds: 1 },
    });
    expect(applied(report)).toMatch(/\(customer_id, created_at DESC\)/);
    expect(applied(report)).toMatch(/USING gin \(tags\)/);
    expect(report.agent).toMatchObject({
      model: "openai:scripted",
      statements: 2,
      proposed: 5,
      proved: 2,
      kept: 2,
      refused: { "no-gain": 1, unsafe: 1, "unknown-name": 1 },
      unusable: 0,
      ended: null,
    });
    for (const { candidate, proofs } of report.recommendations) {
      expect(candidate.proposedBy).toEqual([{ kind: "model", id: "openai:scripted" }]);
      expect(proofs.length).toBeGreaterThan(0);
    }
    expect(report.rejected.map(({ sql }) => sql)).toEqual(["CREATE INDEX ON public.orders (total)"]);
    expect(schemaErrors(json(report))).toEqual([]);
  });

  test("learns from refusals: what it proposes next is proved", async () => {
    const report = await run({
      statements: [lookup],
      behave: (request) => (request.messages.length > 2 ? says(index(["customer_id"])) : says(index(["status"]))),
    });
    expect(server!.requests[1]!.messages.at(-1)!.content).toMatch(/refused: /);
    expect(report.agent).toMatchObject({ proposed: 2, proved: 1, kept: 1, rounds: 2 });
  });

  test("is shown no literal of the workload and none of the database's values", async () => {
    const report = await run({ behave: [says()] });
    const sent = server!.requests.map(({ messages }) => JSON.stringify(messages)).join("\n");
    expect(sent).toContain("customer_id = $");
    expect(sent).not.toMatch(/\b42\b|'sad'|'t3'|sku-|done|failed/);
    expect(report.agent).toMatchObject({ proposed: 0, kept: 0, ended: null });
  });

  test("proposes what rules proposed: it is counted, and not tried twice", async () => {
    const report = await run({
      statements: ["select count(*) from orders where total >= 0 and customer_id = 42"],
      withRules: true,
      behave: [says(index(["customer_id", "total"]), index(["customer_id", "total"]))],
    });
    expect(report.agent).toMatchObject({ kept: 0 });
  });
});

describe("explanations in a model's words", () => {
  const explained = async (...texts: readonly string[]) => {
    let number = 0;
    return run({
      statements: [lookup],
      words: true,
      behave: (request) =>
        request.messages[0]!.content.startsWith("You propose")
          ? says(index(["customer_id", "created_at DESC"]))
          : { kind: "says", text: JSON.stringify({ text: texts[Math.min(number++, texts.length - 1)] }) },
    });
  };

  test("stand where all that they claim is in the evidence", async () => {
    const report = await explained(
      "Today PostgreSQL reads all of `orders` with a sequential scan. An index on `customer_id` and `created_at` makes it cheaper.",
    );
    expect(report.recommendations[0]!.explanation).toMatchObject({
      writtenBy: "openai:scripted",
      text: expect.stringContaining("sequential scan"),
    });
    expect(report.agent!.words).toEqual({ written: 1, refused: 0 });
    expect(schemaErrors(json(report))).toEqual([]);
    expect(renderReport(report, "terminal", { color: false, width: 100 })).toMatch(
      /Model\s+openai:scripted at http.* was asked about 1 statement/,
    );
  });

  test("are asked for again with what was wrong, and are the template's when they stay wrong", async () => {
    const report = await explained("It makes `orders` 973 times faster, guaranteed.", "It uses `secret_index` on `users`.");
    expect(report.recommendations[0]!.explanation.writtenBy).toBe("template");
    expect(report.agent!.words).toEqual({ written: 0, refused: 1 });
    expect(server!.requests.at(-1)!.messages.at(-1)!.content).toMatch(/973 times.*no figure.*guaranteed.*faster/);
  });
});

describe("rewrites that a model proposes", () => {
  const dated = "select id from orders where created_at::date = '2024-01-05'";
  test("are held against the statement: what no rule vouches for is told as tested, what differs as different", async () => {
    const report = await run({
      statements: [byTag.replace("id", "id, (select max(o.total) from orders o where o.customer_id = orders.customer_id) as best"), dated],
      budget: { rounds: 1 },
      behave: about({
        "::date": [
          says({ kind: "rewrite", sql: "select id from orders where created_at > $1" }, { kind: "rewrite", sql: "delete from orders" }),
        ],
        tags: [says({ kind: "rewrite", sql: "select id, 1.0 as best from orders where tags @> array[$1]" })],
      }),
    });
    expect(report.agent!.refused.unsafe).toBe(1);
    expect(report.agent!.kept).toBe(0);
    expect(
      report.recommendations.filter(
        ({ candidate }) => candidate.change.kind === "rewrite" && candidate.proposedBy.some(({ kind }) => kind === "model"),
      ),
    ).toEqual([]);
    expect(report.rejected.filter(({ candidate }) => candidate.proposedBy.some(({ kind }) => kind === "model")).length).toBeGreaterThan(0);
    for (const { reason } of report.rejected) expect(reason).not.toMatch(/vouched|proved equal/);
  });
});

describe("a model that fails costs the run nothing else", () => {
  const hopeless = "select count(*) from orders where total >= 0 and status <> 'gone'";
  test.each<[string, readonly Behaviour[], RegExp | null, object]>([
    ["says garbage", [{ kind: "says", text: "I am a teapot" }], null, { unusable: 1, requests: 2, proposed: 0 }],
    ["is down", [{ kind: "status", status: 503 }], /did not answer: .*HTTP 503/, { statements: 0 }],
    ["breaks off later", [says(index(["status"])), { kind: "half-closed", text: "{" }], /ended before the answer did/, { proposed: 1 }],
    ["hangs", [{ kind: "hangs", text: '{"prop' }], /nothing came for 0\.5 s/, { statements: 0 }],
    ["answers without end", [{ kind: "endless" }], null, { unusable: 1 }],
    ["wants another key", [{ kind: "status", status: 401 }], /refused the key/, { requests: 0 }],
    ["asks to wait for an hour", [{ kind: "status", status: 429, retryAfter: "3600" }], /HTTP 429/, { requests: 0 }],
  ])("when it %s", async (_, behave, ended, counts) => {
    const report = await run({
      behave,
      withRules: true,
      statements: [lookup, byTag, hopeless],
      silenceMs: behave[0]?.kind === "hangs" ? 500 : 30_000,
    });
    expect(applied(report)).toMatch(/customer_id/);
    expect(applied(report)).toMatch(/gin \(tags\)/);
    expect(report.partial).toBeNull();
    expect(report.agent).toMatchObject({ ...counts, kept: 0, ended: ended === null ? null : expect.stringMatching(ended) });
  });

  test("when the user stops the run while it is silent: what was proved is chosen from", async () => {
    const controller = new AbortController();
    const report = await run({
      withRules: true,
      statements: [lookup, hopeless],
      signal: controller.signal,
      behave: () => {
        controller.abort();
        return { kind: "hangs", text: "" };
      },
    });
    expect(report.agent).toMatchObject({ ended: "the run was to end", kept: 0 });
    expect(report.partial?.reason).toMatch(/Stopped by the user/);
    expect(applied(report)).toMatch(/customer_id/);
  });

  test("when it cannot be opened", async () => {
    server = await chatServer([]);
    const { AdvisorError } = await import("../../src/errors.ts");
    const report = await audit(
      {
        source: { read: async () => ({ ...snapshot, statements: [statement(lookup, 5)] }) },
        parser,
        rules: await loadRules(),
        openPlanner: (read) => openShadowPlanner(read),
        agent: {
          name: "local:gone",
          words: false,
          openModel: () => Promise.reject(new AdvisorError("MODEL_UNAVAILABLE", "There is no such folder.")),
          budget: { statements: 1, rounds: 1, tokens: 1000, timeMs: 1000 },
        },
      },
      options,
    );
    expect(report.agent).toMatchObject({ model: "local:gone", ended: "it could not be opened: There is no such folder.", kept: 0 });
    expect(report.recommendations.length).toBeGreaterThan(0);
  });
});

describe("a small real model from disk", () => {
  test("is loaded, held to the shape, and has its proposals proved, kept and refused in rounds", async () => {
    const { openLocalChat } = await import("../../src/inference/local-chat.ts");
    const tiny = join(import.meta.dirname, "..", "inference", "tiny-llm");
    const statements = ["select id, total from orders where customer_id = 42", "select id from orders where status = 'done'", byTag];
    const report = await audit(
      {
        source: { read: async () => ({ ...snapshot, statements: statements.map((sql, at) => statement(sql, 1000 - at)) }) },
        parser,
        rules: new Map(),
        openPlanner: (read) => openShadowPlanner(read),
        agent: {
          name: "local:tiny-llm",
          words: false,
          openModel: () => openLocalChat({ model: tiny, modelsDirectory: tiny, device: "cpu" }),
          budget: { statements: 8, rounds: 2, tokens: 100_000, timeMs: 120_000 },
        },
      },
      options,
    );
    expect(applied(report)).toMatch(/ON public\.orders \(customer_id\)/);
    expect(report.agent).toMatchObject({ model: "local:tiny-llm", statements: 3, unusable: 0, ended: null });
    expect(report.agent!.kept).toBeGreaterThan(0);
    expect(report.agent!.proposed).toBe(report.agent!.proved + Object.values(report.agent!.refused).reduce((sum, count) => sum + count, 0));
    // An index on the status that nearly all rows have does not pay, whoever proposes it.
    expect(applied(report)).not.toMatch(/\(status\)/);
  });
});

describe("a budget", () => {
  test("of tokens ends the asking, and what was proved until then stays", async () => {
    const report = await run({
      behave: about({ customer_id: [says(index(["customer_id"]))], tags: [says(index(["tags"], { method: "gin" }))] }),
      budget: { tokens: 1_100, rounds: 1 },
    });
    expect(report.agent!.promptTokens + report.agent!.completionTokens).toBeLessThan(2_200);
  });

  test("of statements asks about those with most to gain", async () => {
    await run({ behave: [says()], budget: { statements: 1, rounds: 3 } });
    expect(server!.requests.length).toBe(1);
  });

  test("of rounds ends a talk that goes on", async () => {
    let number = 0;
    const columns = ["status", "total", "feeling", "id", "created_at"];
    const report = await run({ statements: [lookup], budget: { rounds: 2 }, behave: () => says(index([columns[number++ % 5]!])) });
    expect(server!.requests.length).toBe(2);
    expect(report.agent).toMatchObject({ rounds: 2, proposed: 2 });
  });
});
