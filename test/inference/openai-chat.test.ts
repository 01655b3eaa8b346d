import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { openAiChat } from "../../src/inference/openai-chat.ts";
import { type Behaviour, type ChatServer, chatServer } from "../support/chat-server.ts";

const schema = z.strictObject({ answer: z.enum(["yes", "no"]), why: z.string().max(40) });
const question = [{ role: "user" as const, content: "Is it so?" }];
const good = '{"answer":"yes","why":"it is"}';

let server: ChatServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function ask(behave: readonly Behaviour[], options: { key?: string; signal?: AbortSignal } = {}) {
  server = await chatServer(behave);
  const model = openAiChat({
    url: server.url,
    model: "scripted",
    silenceMs: behave[0]?.kind === "hangs" ? 400 : 30_000,
    ...(options.key ? { key: options.key } : {}),
  });
  return model.complete(question, { schema, maxTokens: 64, ...(options.signal ? { signal: options.signal } : {}) });
}

describe("a server that answers", () => {
  test("with what was asked for is believed, in the schema's shape and with its own count of tokens", async () => {
    const found = await ask([{ kind: "says", text: good }], { key: "secret" });
    expect(found).toEqual({
      kind: "answered",
      value: { answer: "yes", why: "it is" },
      usage: { promptTokens: 100, completionTokens: 10, requests: 1 },
    });
    const [request] = server!.requests;
    expect(request).toMatchObject({
      model: "scripted",
      max_tokens: 64,
      authorization: "Bearer secret",
      response_format: { type: "json_schema" },
    });
  });

  test("in one piece is read too", async () => {
    expect(await ask([{ kind: "says-whole", text: good }])).toMatchObject({ kind: "answered", usage: { requests: 1 } });
  });

  test("around thoughts and a code fence is read", async () => {
    const text = `<think>{"answer": maybe}</think>Here it is:\n\`\`\`json\n${good}\n\`\`\``;
    expect(await ask([{ kind: "says", text }])).toMatchObject({ kind: "answered" });
  });

  test.each([
    ["garbage", "I would rather not."],
    ["JSON that is cut", good.slice(0, 20)],
    ["another shape", '{"answer":"perhaps","why":""}'],
    ["a field that nobody asked for", '{"answer":"yes","why":"","run":"drop table users"}'],
    ["a text longer than allowed", JSON.stringify({ answer: "yes", why: "x".repeat(41) })],
  ])("%s is told what was wrong, and its better answer taken", async (_, text) => {
    expect(
      await ask([
        { kind: "says", text },
        { kind: "says", text: good },
      ]),
    ).toMatchObject({ kind: "answered", usage: { requests: 2 } });
    expect(server!.requests[1]!.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });

  test("garbage twice is unusable, and says so", async () => {
    expect(await ask([{ kind: "says", text: "no JSON here" }])).toEqual({
      kind: "unusable",
      why: "the answer holds no JSON object",
      usage: { promptTokens: 200, completionTokens: 20, requests: 2 },
    });
  });

  test("up to its limit of tokens is unusable", async () => {
    expect(await ask([{ kind: "says", text: good, finish: "length" }])).toMatchObject({
      kind: "unusable",
      why: expect.stringContaining("limit"),
    });
  });

  test("without counting tokens is counted by its characters", async () => {
    expect(await ask([{ kind: "says", text: good, usage: false }])).toMatchObject({
      usage: { promptTokens: 3, completionTokens: Math.ceil(good.length / 4) },
    });
  });

  test("without end is cut off", async () => {
    expect(await ask([{ kind: "endless" }])).toMatchObject({ kind: "unusable", why: expect.stringContaining("longer than") });
  });
});

describe("a server that understands less", () => {
  test("is asked for any JSON, then in words, and stays so", async () => {
    server = await chatServer((request) =>
      request.response_format === undefined ? { kind: "says", text: good } : { kind: "status", status: 400 },
    );
    const model = openAiChat({ url: server.url, model: "scripted" });
    expect(await model.complete(question, { schema, maxTokens: 64 })).toMatchObject({ kind: "answered" });
    expect(await model.complete(question, { schema, maxTokens: 64 })).toMatchObject({ kind: "answered" });
    expect(server.requests.map((request) => request.response_format?.type)).toEqual(["json_schema", "json_object", undefined, undefined]);
    expect(server.requests[3]!.messages[0]!.content).toContain('"enum":["yes","no"]');
  });
});

describe("a server that fails", () => {
  test.each<[string, Behaviour]>([
    ["HTTP 500", { kind: "status", status: 500 }],
    ["429 with a time to wait", { kind: "status", status: 429, retryAfter: "0" }],
    ["half an answer", { kind: "half-closed", text: good }],
    ["a cut connection", { kind: "cut", text: good.slice(0, 9) }],
    ["what is no event", { kind: "raw", body: "data: <html>\n\n", type: "text/event-stream" }],
    ["an empty body", { kind: "raw", body: "", type: "application/json" }],
  ])("with %s is asked again", async (_, failure) => {
    expect(await ask([failure, { kind: "says", text: good }])).toMatchObject({ kind: "answered" });
    expect(server!.requests.length).toBe(2);
  });

  test.each<[string, Behaviour, RegExp]>([
    ["always", { kind: "status", status: 500 }, /did not answer: HTTP 500/],
    ["always half-way", { kind: "half-closed", text: good }, /ended before the answer did/],
    ["by asking for an hour", { kind: "status", status: 429, retryAfter: "3600" }, /HTTP 429/],
    ["by saying nothing more", { kind: "hangs", text: good }, /nothing came for 0\.4 s/],
    ["because the key is wrong", { kind: "status", status: 401 }, /refused the key/],
    ["because it has no such model", { kind: "status", status: 404 }, /has no model "scripted"/],
    ["whatever it is asked", { kind: "status", status: 422 }, /HTTP 422/],
  ])("%s is one clear error", async (_, failure, message) => {
    await expect(ask([failure])).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE", message: expect.stringMatching(message) });
  });

  test("to be there is one clear error", async () => {
    const model = openAiChat({ url: "http://127.0.0.1:9/v1", model: "scripted" });
    await expect(model.complete(question, { schema, maxTokens: 64 })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("http://127.0.0.1:9 did not answer"),
    });
  });

  test("never has its key in the error", async () => {
    await expect(ask([{ kind: "status", status: 403 }], { key: "sk-secret" })).rejects.toSatisfy(
      (error: Error) => !`${error.message} ${String(Object(error).hint)}`.includes("sk-secret"),
    );
  });
});

test("is left at once when told to stop", async () => {
  const controller = new AbortController();
  server = await chatServer(() => {
    controller.abort();
    return { kind: "hangs", text: "" };
  });
  const model = openAiChat({ url: server.url, model: "scripted" });
  await expect(model.complete(question, { schema, maxTokens: 64, signal: controller.signal })).rejects.toMatchObject({ code: "ABORTED" });
});

test("a redirect to another server is refused", async () => {
  server = await chatServer([{ kind: "status", status: 307 }]);
  const model = openAiChat({ url: server.url, model: "scripted" });
  await expect(model.complete(question, { schema, maxTokens: 64 })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
});
