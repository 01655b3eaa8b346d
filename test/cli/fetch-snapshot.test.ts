import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchSnapshot } from "../../src/cli/fetch-snapshot.ts";

let server: Server;
let origin: string;
const seen: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url?.startsWith("/gone")) response.writeHead(404).end();
    else if (request.url?.startsWith("/large")) {
      response.writeHead(200);
      const block = Buffer.alloc(16 * 1024 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(block));
      };
      response.on("drain", more);
      more();
    } else response.writeHead(200).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const place = (more: { snapshot?: string; command?: string; token?: string }) => ({
  snapshot: more.snapshot,
  command: more.command,
  token: more.token ?? null,
  signal: new AbortController().signal,
});

test("a URL is fetched into a file of the user's own, which goes afterwards; the name leaves the query out", async () => {
  const file = await fetchSnapshot(place({ snapshot: `${origin}/s.json?signature=secret`, token: "abc" }));
  expect(await readFile(file!.path, "utf8")).toBe("{}");
  expect(file!.name).toBe(`${origin}/s.json`);
  expect(seen.at(-1)).toBe("Bearer abc");
  await file!.remove();
  expect(existsSync(dirname(file!.path))).toBe(false);
});

test("user and password of a URL are sent and never told", async () => {
  const url = `${origin.replace("http://", "http://me:secret@")}/gone`;
  await expect(fetchSnapshot(place({ snapshot: url }))).rejects.toMatchObject({
    code: "CONNECTION_FAILED",
    message: `The snapshot at ${origin}/gone cannot be fetched: HTTP 404.`,
  });
  expect(seen.at(-1)).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);
});

test("what is larger than a snapshot may be is not taken", async () => {
  await expect(fetchSnapshot(place({ snapshot: `${origin}/large` }))).rejects.toMatchObject({ message: expect.stringContaining("larger") });
});

test("a command's output is the snapshot; one that fails is told by what it said, not by its text", async () => {
  const file = await fetchSnapshot(place({ command: "printf '%s' '{}'" }));
  expect(await readFile(file!.path, "utf8")).toBe("{}");
  await file!.remove();
  await expect(fetchSnapshot(place({ command: "SECRET=x; echo no such bucket >&2; exit 4" }))).rejects.toMatchObject({
    message: "--snapshot-command ended with 4: no such bucket.",
  });
});

test("two at once are refused; none is none", async () => {
  await expect(fetchSnapshot(place({ snapshot: "a", command: "b" }))).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await fetchSnapshot(place({}))).toBeNull();
});
