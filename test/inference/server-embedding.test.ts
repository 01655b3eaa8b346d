import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openServerEmbedding } from "../../src/inference/server-embedding.ts";

type Answer = (
  request: { readonly texts: readonly string[]; readonly call: number; readonly headers: IncomingMessage["headers"] },
  response: ServerResponse,
) => void;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A server that answers each request as `answer` says, and the options to reach it with. */
async function serve(answer: Answer) {
  let call = 0;
  const seen: { url: string; body: { model: string; input: string[] } }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => {
      const body = JSON.parse(text) as { model: string; input: string[] };
      seen.push({ url: request.url ?? "", body });
      answer({ texts: body.input, call: call++, headers: request.headers }, response);
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { seen, options: { url: `http://127.0.0.1:${port}/v1/`, model: "m", key: null, retryMs: 1, timeoutMs: 2_000 } };
}

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
};
/** A text's length and its first letter decide its direction. */
const vectorOf = (text: string) => [text.length, text.charCodeAt(0), 1];
const well: Answer = ({ texts }, response) => json(response, { data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })) });

describe("an embedding server that answers well", () => {
  test("gives one vector of length 1 for each text, in the order given, whatever order it answers in", async () => {
    const { options, seen } = await serve(({ texts }, response) =>
      json(response, { data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })).toReversed() }),
    );
    const model = await openServerEmbedding(options);
    const vectors = await model.embed(["a", "bbb"]);
    expect(model.dimensions).toBe(3);
    for (const [at, text] of ["a", "bbb"].entries()) {
      const expected = vectorOf(text);
      const norm = Math.hypot(...expected);
      expect([...vectors[at]!].map((value) => value.toFixed(5))).toEqual(expected.map((value) => (value / norm).toFixed(5)));
    }
    expect(seen[0]).toEqual({ url: "/v1/embeddings", body: { model: "m", input: ["select"], encoding_format: "float" } });
  });

  test("is asked for many texts in requests of 64", async () => {
    const { options, seen } = await serve(well);
    const model = await openServerEmbedding(options);
    const texts = Array.from({ length: 150 }, (_, at) => `text ${at}`);
    expect(await model.embed(texts)).toHaveLength(150);
    expect(seen.slice(1).map(({ body }) => body.input.length)).toEqual([64, 64, 22]);
    expect(await model.embed([])).toEqual([]);
  });

  test("is sent the key as a bearer token", async () => {
    const { options } = await serve(({ texts, call, headers }, response) =>
      headers.authorization === "Bearer sesame" ? well({ texts, call, headers }, response) : json(response, {}, 401),
    );
    expect((await openServerEmbedding({ ...options, key: "sesame" })).dimensions).toBe(3);
    await expect(openServerEmbedding({ ...options, key: "wrong-one" })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.not.stringContaining("wrong-one"),
    });
  });
});

describe("an embedding server that is in trouble", () => {
  test.each([429, 500, 503, 408])("is asked again after %d, as it says when", async (status) => {
    const { options, seen } = await serve(({ call, ...rest }, response) =>
      call < 2 ? json(response, {}, status, { "retry-after": "0" }) : well({ call, ...rest }, response),
    );
    expect((await openServerEmbedding(options)).dimensions).toBe(3);
    expect(seen).toHaveLength(3);
  });

  test("is given up after three times", async () => {
    const { options, seen } = await serve((_, response) => json(response, {}, 500));
    await expect(openServerEmbedding(options)).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("HTTP 500, 3 times"),
    });
    expect(seen).toHaveLength(3);
  });

  test("is not asked again after a refusal", async () => {
    const { options, seen } = await serve((_, response) => json(response, { error: "no such model" }, 404));
    await expect(openServerEmbedding(options)).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("HTTP 404"),
    });
    expect(seen).toHaveLength(1);
  });

  test("that never answers is given up when its time is over", async () => {
    const { options } = await serve(() => undefined);
    await expect(openServerEmbedding({ ...options, timeoutMs: 30 })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("no answer within 0.03 s"),
    });
  });

  test("that hangs up half-way through an answer is asked again", async () => {
    const { options } = await serve(({ call, ...rest }, response) => {
      if (call > 0) return well({ call, ...rest }, response);
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"data": [');
      response.socket?.destroy();
    });
    expect((await openServerEmbedding(options)).dimensions).toBe(3);
  });

  test("is left alone once the run is stopped", async () => {
    const stop = new AbortController();
    const { options } = await serve(({ call, ...rest }, response) => {
      if (call === 0) return well({ call, ...rest }, response);
      stop.abort();
    });
    const model = await openServerEmbedding(options);
    await expect(model.embed(["a"], { signal: stop.signal })).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("an answer that is none", () => {
  test.each<[string, unknown, string]>([
    ["no data", { error: "x" }, 'no "data"'],
    ["fewer vectors than texts", { data: [] }, "0 came for 1 texts"],
    ["words for numbers", { data: [{ index: 0, embedding: ["a", "b"] }] }, "not of finite numbers"],
    ["a vector of zeros", { data: [{ index: 0, embedding: [0, 0] }] }, "all zero"],
    ["base64 in place of numbers", { data: [{ index: 0, embedding: "AAAA" }] }, "no list of numbers"],
  ])("%s is refused", async (_, body, why) => {
    const { options } = await serve((_request, response) => json(response, body));
    await expect(openServerEmbedding(options)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE", message: expect.stringContaining(why) });
  });

  test("text that is not JSON is refused", async () => {
    const { options } = await serve((_, response) => response.end("<html>Welcome"));
    await expect(openServerEmbedding(options)).rejects.toMatchObject({ message: expect.stringContaining("not JSON") });
  });

  test("vectors of other dimensions than the first are refused", async () => {
    const { options } = await serve(({ texts, call }, response) =>
      json(response, { data: texts.map((_, index) => ({ index, embedding: call === 0 ? [1, 2, 3] : [1, 2] })) }),
    );
    const model = await openServerEmbedding(options);
    await expect(model.embed(["a"])).rejects.toMatchObject({ message: expect.stringContaining("2 dimensions, not 3") });
  });
});

test.each(["", "localhost:11434", "ftp://host/v1", "postgres://me:secret@host/db"])(
  "the url %s is refused without being told",
  async (url) => {
    await expect(openServerEmbedding({ url, model: "m", key: null })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.not.stringContaining("secret"),
    });
  },
);
