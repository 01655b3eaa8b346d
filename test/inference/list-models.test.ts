import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listModels } from "../../src/inference/list-models.ts";
import { sha256 } from "../../src/inference/model-files.ts";
import { serverModels } from "../../src/inference/server-models.ts";
import { chatServer } from "../support/chat-server.ts";

const tiny = join(import.meta.dirname, "tiny-llm");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-list-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("models of a directory are held against its manifest", async () => {
  for (const name of ["good", "changed", "broken", "own"]) await cp(tiny, join(folder, name), { recursive: true });
  await mkdir(join(folder, "notes"));
  await writeFile(join(folder, "changed", "config.json"), "{}");
  await rm(join(folder, "broken", "config.json"));
  const files = { "config.json": await sha256(join(tiny, "config.json")) };
  const entry = { kind: "text", revision: "r1", licence: "Apache-2.0", shapeTextVersion: null, dimensions: null, files };
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ models: { good: entry, changed: entry, broken: entry, gone: entry } }));
  expect((await listModels(folder)).map(({ name, state, file }) => [name, state, file])).toEqual([
    ["broken", "missing", "config.json"],
    ["changed", "changed", "config.json"],
    ["gone", "missing", "config.json"],
    ["good", "as-measured", null],
    ["own", "unlisted", null],
  ]);
});

test("a directory that is not there holds no models", async () => expect(await listModels(join(folder, "nowhere"))).toEqual([]));

describe("a server's models", () => {
  test("are listed", async () => {
    const server = await chatServer([]);
    expect(await serverModels(server.url)).toEqual(["scripted"]);
    await server.close();
  });
  test.each(["http://127.0.0.1:9/v1", "http://127.0.0.1:9"])("that is not there (%s) are one clear error", async (url) => {
    await expect(serverModels(url)).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("does not list its models"),
    });
  });
});
