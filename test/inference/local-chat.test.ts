import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openingMessages, outcomeMessage } from "../../src/agent/prompt.ts";
import { proposalsShape } from "../../src/agent/proposal-shape.ts";
import type { LanguageModel } from "../../src/contract/language-model.ts";
import { openLocalChat } from "../../src/inference/local-chat.ts";

const tiny = join(import.meta.dirname, "tiny-llm");
let folder: string;
let model: LanguageModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-llm-"));
  model = await openLocalChat({ model: tiny, modelsDirectory: folder, device: "cpu" });
});
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

const evidence = (statement: string) => openingMessages({ statement, calls: 3 });
const index = (table: string, keys: readonly string[], method = "btree") => ({
  kind: "index",
  table,
  method,
  keys,
  include: [],
  where: null,
});

describe("a small model from a directory", () => {
  test.each([
    [
      "select id, customer_name from invoices where customer_id = $1 order by ledger_at desc limit $2",
      index("public.invoices", ["customer_id", "ledger_at DESC"]),
    ],
    ["select * from order_events where order_id = $1 and event_type = $2", index("public.order_events", ["order_id", "event_type"])],
    ["select id from accounts where lower(email) = $1", index("public.accounts", ["lower(email)"])],
    ["select id from messages where tags @> $1", index("public.messages", ["tags"], "gin")],
  ])("answers %s with the index that its conditions ask for", async (statement, expected) => {
    const said = await model.complete(evidence(statement), { schema: proposalsShape, maxTokens: 300 });
    expect(said).toMatchObject({ kind: "answered", value: { proposals: [expected] } });
    expect(said.usage.completionTokens).toBeGreaterThan(20);
    expect(said.usage.promptTokens).toBeGreaterThan(20);
  });

  test("says the same to the same question, and in int8 has the same to say", async () => {
    const statement = "select id from tickets where owner_id = $1";
    const ask = (of: LanguageModel) => of.complete(evidence(statement), { schema: proposalsShape, maxTokens: 300 });
    const first = await ask(model);
    expect(await ask(model)).toEqual(first);
    const small = await openLocalChat({ model: tiny, modelsDirectory: folder, precision: "q8", device: "cpu" });
    expect(await ask(small)).toEqual(first);
    expect(small.description).toContain("q8");
    await small.close();
  });

  test("ends a talk when it is told what came of its proposal", async () => {
    const proposal = { proposals: [index("public.tickets", ["owner_id"])] };
    const messages = [
      ...evidence("select id from tickets where owner_id = $1"),
      { role: "assistant" as const, content: JSON.stringify(proposal) },
      outcomeMessage(["proved: saves 93.1 % of the cost"]),
    ];
    expect(await model.complete(messages, { schema: proposalsShape, maxTokens: 100 })).toMatchObject({
      kind: "answered",
      value: { proposals: [] },
    });
  });

  test.each<[string, z.ZodType<unknown>]>([
    ["an enum", z.strictObject({ answer: z.enum(["yes", "no"]) })],
    ["numbers and flags", z.strictObject({ count: z.number(), flags: z.array(z.boolean()).min(2).max(3) })],
    ["a bounded text", z.strictObject({ text: z.string().max(12) })],
    [
      "nothing it ever saw",
      z.strictObject({
        ß: z.literal("日本"),
        more: z
          .array(z.strictObject({ a: z.null() }))
          .min(1)
          .max(2),
      }),
    ],
  ])("is held to %s, whatever it would rather say", async (_, schema) => {
    const said = await model.complete(evidence("select 1"), { schema, maxTokens: 200 });
    expect(said.kind).toBe("answered");
  });

  test("that may not finish says so instead of half an answer", async () => {
    const said = await model.complete(evidence("select id from tickets where owner_id = $1"), { schema: proposalsShape, maxTokens: 8 });
    expect(said).toMatchObject({ kind: "unusable", why: expect.stringContaining("limit of tokens"), usage: { completionTokens: 8 } });
  });

  test("is not asked what it cannot read", async () => {
    const said = await model.complete(evidence(`select ${"a_long_name, ".repeat(900)} 1`), { schema: proposalsShape, maxTokens: 100 });
    expect(said).toMatchObject({ kind: "unusable", why: expect.stringMatching(/the question has \d+ tokens, and the model reads 2048/) });
  });

  test("stops between two tokens, and answers the next question", async () => {
    const controller = new AbortController();
    const asked = model.complete(evidence("select id from tickets where owner_id = $1"), {
      schema: proposalsShape,
      maxTokens: 300,
      signal: controller.signal,
    });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: "ABORTED" });
    expect(
      await model.complete(evidence("select id from tickets where owner_id = $1"), { schema: proposalsShape, maxTokens: 300 }),
    ).toMatchObject({ kind: "answered" });
  });
});

describe("a directory that holds no such model", () => {
  test("because it is not there names the file that is missing", async () => {
    await expect(openLocalChat({ model: "absent", modelsDirectory: folder })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("config.json"),
    });
  });

  test("but an encoder is refused", async () => {
    await cp(join(import.meta.dirname, "tiny-encoder"), join(folder, "encoder"), { recursive: true });
    await expect(openLocalChat({ model: "encoder", modelsDirectory: folder, device: "cpu" })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
    });
  });
});
