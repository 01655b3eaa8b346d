import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFleet } from "../../src/config/fleet.ts";
import type { Destination } from "../../src/config/fleet-schema.ts";
import { changesBetween } from "../../src/deliver/changes.ts";
import { messageOf } from "../../src/deliver/message.ts";
import type { Parcel } from "../../src/deliver/parcel.ts";
import { fillPlace } from "../../src/deliver/place.ts";
import { reportParcel } from "../../src/deliver/report-parcel.ts";
import { send } from "../../src/deliver/send.ts";
import { slackPayload } from "../../src/deliver/slack.ts";
import type { Report } from "../../src/domain/report.ts";
import { hostileSql, literalReport } from "../render/literal-report.ts";
import { mailSink } from "./mail-sink.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-deliver-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const occasion = { target: "shop", dueAt: new Date("2026-11-20T23:30:00Z"), timeZone: "Europe/Berlin" };

function parcel(report: Report = literalReport, earlier: Report | null = null): Parcel {
  const changes = changesBetween(earlier, report);
  return reportParcel(occasion, "here", { report, changes, render: (format) => `${format} of ${report.generatedAt}\n${hostileSql}` });
}

/** A place as a fleet file has it, its defaults filled in. */
function place(deliver: object): Destination {
  const file = { targets: [{ name: "shop", url: "postgres://db/shop", deliver: [deliver] }] };
  return parseFleet(JSON.stringify(file), "fleet.json").targets[0]!.destinations[0]!.destination;
}

/** Sends, and says how long it was told to wait between tries. */
async function sending(destination: Destination, what: Parcel = parcel()) {
  const waits: number[] = [];
  const printed: string[] = [];
  const sent = await send(destination, what, {
    signal: new AbortController().signal,
    print: (text) => printed.push(text),
    wait: async (ms) => void waits.push(ms),
  });
  return { sent, waits, printed };
}

interface Seen {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that answers as each of `answers` says, the last one again and again; null: never. */
async function webServer(
  answers: readonly (((response: ServerResponse) => void) | null)[],
  test: (url: string, seen: Seen[]) => Promise<void>,
) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)];
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      answer?.(response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  try {
    await test(`http://127.0.0.1:${address.port}/services/T0/s3cret`, seen);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end("…");
  };

describe("a webhook", () => {
  test("gets Slack's text and blocks, and a key that is the same for the same run", () =>
    webServer([status(200)], async (url, seen) => {
      const { sent } = await sending(place({ to: "webhook", url, headers: { "x-team": "dba" } }));
      expect(sent).toEqual({ ok: true, where: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
      expect(seen[0]!.headers).toMatchObject({ "content-type": "application/json", "x-team": "dba", "idempotency-key": parcel().id });
      const body = JSON.parse(seen[0]!.body) as { text: string; blocks: { type: string }[] };
      expect(body.text).toBe("Plansmith, shop: 2 recommendations, first report");
      expect(body.blocks.map(({ type }) => type)).toEqual(["header", "section", "section"]);
    }));

  test("gets figures and changes as plain JSON where the file says so", () =>
    webServer([status(204)], async (url, seen) => {
      await sending(place({ to: "webhook", url, payload: "json" }), parcel(literalReport, { ...literalReport, recommendations: [] }));
      expect(JSON.parse(seen[0]!.body)).toMatchObject({
        payloadVersion: 1,
        event: "report",
        target: "shop",
        dueAt: "2026-11-20T23:30:00.000Z",
        summary: { recommendationCount: literalReport.recommendations.length },
        appeared: literalReport.recommendations.map(({ id }) => ({ kind: "recommendation", id })),
        gone: [],
      });
    }));

  test("is tried again after 429 when it says, and after 5xx ever later", () =>
    webServer([status(429, { "retry-after": "7" }), status(503), status(500), status(200)], async (url, seen) => {
      const { sent, waits } = await sending(place({ to: "webhook", url }));
      expect(sent.ok).toBe(true);
      expect(waits).toEqual([7_000, 4_000, 16_000]);
      expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    }));

  test("may not put a report off for longer than five minutes", () =>
    webServer([status(429, { "retry-after": "86400" }), status(200)], async (url) => {
      expect((await sending(place({ to: "webhook", url }))).waits).toEqual([300_000]);
    }));

  test.each([
    [404, "HTTP 404"],
    [302, "HTTP 302"],
    [400, "HTTP 400"],
  ])("that answers %s is not tried again, and not followed", (code, words) =>
    webServer([status(code, { location: "http://127.0.0.1:1/elsewhere" })], async (url, seen) => {
      const { sent } = await sending(place({ to: "webhook", url }));
      expect(sent).toMatchObject({ ok: false, why: expect.stringContaining(words) });
      expect(JSON.stringify(sent)).not.toContain("s3cret");
      expect(seen).toHaveLength(1);
    }),
  );

  test("that never answers is given up after its timeout and its tries", () =>
    webServer([null], async (url, seen) => {
      const { sent } = await sending(place({ to: "webhook", url, timeout: "100ms", retries: 1 }));
      expect(sent).toMatchObject({ ok: false, why: expect.stringContaining("no answer within 0.1 s") });
      expect(seen).toHaveLength(2);
    }));

  test("that is not there is told by host and reason", async () => {
    const { sent, waits } = await sending(place({ to: "webhook", url: "http://127.0.0.1:18699/s3cret", retries: 2 }));
    expect(sent).toMatchObject({ ok: false, why: "127.0.0.1:18699: not reached (ECONNREFUSED)" });
    expect(waits).toEqual([1_000, 4_000]);
  });

  test("whose address is no URL is told without it", async () => {
    const { sent } = await sending(place({ to: "webhook", url: "s3cret" }));
    expect(sent).toMatchObject({ ok: false, mayRetry: false, why: "the webhook's address is no http(s) URL" });
  });
});

describe("a Slack message", () => {
  const many: Report = {
    ...literalReport,
    findings: [],
    recommendations: Array.from({ length: 500 }, (_, n) => ({
      ...literalReport.recommendations[0]!,
      id: `r${n}`,
      title: `<!channel> & *${hostileSql}* ${"x".repeat(500)}`,
    })),
  };

  test("stays small, calls nobody and links nowhere, whatever the titles are", () => {
    const text = JSON.stringify(slackPayload(messageOf("shop", many, changesBetween(null, many))));
    expect(text.length).toBeLessThan(8_000);
    expect(text).toContain("… and 492 more");
    expect(text).not.toMatch(/<!|<script|\\u001b|\\u202e/);
    const { blocks } = JSON.parse(text) as { blocks: { type: string; text?: { text: string; verbatim?: boolean } }[] };
    for (const { type, text: part } of blocks) {
      if (part === undefined) continue;
      expect(part.text.length).toBeLessThanOrEqual(3_000);
      if (type === "section") expect(part.verbatim).toBe(true);
    }
  });
});

describe("a mail", () => {
  const to = (smtp: string, more: object = {}) =>
    place({ to: "email", smtp, from: "plansmith@example.com", recipients: ["a@example.com", "b@example.com"], ...more });

  test("has the report as text and as an attached page, and an id that is the same for the same run", async () => {
    const sink = await mailSink();
    try {
      expect((await sending(to(sink.url))).sent).toEqual({ ok: true, where: "a@example.com, b@example.com" });
      expect(sink.mails[0]).toMatchObject({ from: "plansmith@example.com", to: ["a@example.com", "b@example.com"] });
      const { text } = sink.mails[0]!;
      expect(text).toContain(`Message-ID: <${parcel().id}@plansmith>`);
      expect(text).toContain("Subject: Plansmith, shop: 2 recommendations, first report");
      expect(text).toContain("filename=plansmith-shop.html");
      const attached = Buffer.from(/text\/html[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(text)![1]!, "base64").toString("utf8");
      expect(attached).toMatch(/^html of 2026/);
    } finally {
      await sink.close();
    }
  });

  test("that is put off with 4yz is sent again, one refused with 5yz is not", async () => {
    const sink = await mailSink();
    try {
      sink.answers.push("451 later", "554 never");
      expect((await sending(to(sink.url))).sent).toMatchObject({ ok: false, why: "the mail server answered 554" });
      expect(sink.mails).toHaveLength(0);
      sink.answers.push("451 later");
      expect(await sending(to(sink.url))).toMatchObject({ sent: { ok: true }, waits: [1_000] });
      expect(sink.mails).toHaveLength(1);
    } finally {
      await sink.close();
    }
  });

  test("to a server that says nothing, or is not there, is given up", async () => {
    const sink = await mailSink({ silent: true });
    try {
      expect((await sending(to(sink.url, { timeout: "100ms", retries: 0 }))).sent).toMatchObject({ ok: false, mayRetry: true });
      expect((await sending(to("smtp://me:s3cret@127.0.0.1:1".replace("s3cret", "${X}"), { retries: 0 }))).sent).toMatchObject({
        ok: false,
        why: "the mail server is not reached (ESOCKET)",
      });
      expect((await sending(to("mail.example"))).sent).toMatchObject({ ok: false, mayRetry: false });
    } finally {
      await sink.close();
    }
  });
});

describe("a file", () => {
  test("is named by target, date and time where the target is, and written whole in the format of its ending", async () => {
    const path = join(folder, "{target}", "{date}-{time}.md");
    expect((await sending(place({ to: "file", path }))).sent).toEqual({ ok: true, where: join(folder, "shop", "2026-11-21-0030.md") });
    expect(await readFile(join(folder, "shop", "2026-11-21-0030.md"), "utf8")).toMatch(/^markdown of/);
    expect(await readdir(join(folder, "shop"))).toEqual(["2026-11-21-0030.md"]);
  });

  test("that cannot be written is told by its path, and leaves nothing", async () => {
    await writeFile(join(folder, "plain"), "");
    const { sent } = await sending(place({ to: "file", path: join(folder, "plain", "x.html") }));
    expect(sent).toMatchObject({ ok: false, why: expect.stringMatching(/plain\/x\.html cannot be written \((ENOTDIR|EEXIST)\)/) });
  });

  test("dates are the target's own", () => {
    expect(fillPlace("{date} {time} {target} {x}", { ...occasion, timeZone: "America/New_York" })).toBe("2026-11-20 1830 shop {x}");
  });
});

describe("a command", () => {
  const script = async (name: string, text: string) => {
    await mkdir(folder, { recursive: true });
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  };

  test("gets the report on its input and its words as they are, without a shell between", async () => {
    const path = await script("keep", `cat > "${folder}/kept"; printf '%s|' "$@" > "${folder}/words"`);
    const command = [path, "s3://b/{target}/{date}.html", "$(touch /tmp/x); `id` && *"];
    expect((await sending(place({ to: "command", command }))).sent).toEqual({ ok: true, where: path });
    expect(await readFile(join(folder, "kept"), "utf8")).toBe(parcel().render("html"));
    expect(await readFile(join(folder, "words"), "utf8")).toBe("s3://b/shop/2026-11-21.html|$(touch /tmp/x); `id` && *|");
  });

  test("that fails is run again, and its last words are told", async () => {
    const path = await script("fail", "echo first >&2; echo 'no bucket' >&2; exit 4");
    const { sent, waits } = await sending(place({ to: "command", command: [path], retries: 1 }));
    expect(sent).toMatchObject({ ok: false, why: `${path} ended with 4: no bucket` });
    expect(waits).toEqual([1_000]);
  });

  test("that does not read, hangs or is not there", async () => {
    const big: Parcel = { ...parcel(), render: () => "x".repeat(5_000_000) };
    expect((await sending(place({ to: "command", command: ["true"] }), big)).sent.ok).toBe(true);
    const slow = place({ to: "command", command: ["sleep", "600"], timeout: "200ms", retries: 0 });
    expect((await sending(slow)).sent).toMatchObject({ ok: false, why: "sleep took longer than 0.2 s" });
    const none = place({ to: "command", command: ["/no/such/program"], retries: 0 });
    expect((await sending(none)).sent).toMatchObject({ ok: false, why: "/no/such/program cannot be run (ENOENT)" });
  });
});

test("standard output gets the report in the format asked for", async () => {
  expect((await sending(place({ to: "stdout", format: "json" }))).printed[0]).toMatch(/^json of/);
});
