import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settings } from "@oclif/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import Audit from "../../src/cli/commands/audit.ts";
import Collect from "../../src/cli/commands/collect.ts";
import Demo from "../../src/cli/commands/demo.ts";
import { describeError } from "../../src/cli/errors.ts";
import { exitCodeFor } from "../../src/cli/exit-code.ts";
import { auditSource, makeAuditInput } from "../../src/cli/make-input.ts";
import { showProgress } from "../../src/cli/progress.ts";
import { reportFormat } from "../../src/cli/report-run.ts";
import { openOutput } from "../../src/cli/write-output.ts";
import { defaultConfig } from "../../src/config/config.ts";
import { AdvisorError } from "../../src/errors.ts";
import { literalReport } from "../render/literal-report.ts";

settings.enableAutoTranspile = false;
const root = join(import.meta.dirname, "../..");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-cli-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** How the program would end with these arguments: what it says, and the exit code. */
async function ended(command: typeof Audit | typeof Collect | typeof Demo, argv: string[]) {
  try {
    await command.run(argv, root);
  } catch (error) {
    return describeError(error);
  }
  throw new Error("ran to the end");
}

describe("wrong usage ends with 2, a message and a hint, before any work", () => {
  const url = "postgres://u:secret@db/shop";
  test.each([
    ["an unknown flag", ["--maxindexes", "3"], /Unknown flag --maxindexes/, /--max-indexes/],
    ["two sources", ["--snapshot", "x", url], /Two sources at once: a URL and --snapshot/, /Give/],
    ["three sources", ["--snapshot", "x", "--schema", "y", url], /a URL and --snapshot and --schema/, /Give/],
    ["two URLs", [url, "postgres://u:secret@db/other"], /Unexpected argument/, /--help/],
    ["a snapshot that is not there", ["--snapshot", "no-such-file"], /no-such-file.*no such file/, /--snapshot/],
    ["a snapshot that is a directory", ["--snapshot", tmpdir()], /it is a directory/, /--snapshot/],
    ["a statements file that is not there", ["--statements", "no-such-file", url], /--statements "no-such-file"/, /existing/],
    ["a schema without statements", ["--schema", "x.sql"], /no statements/, /--statements/],
    ["a file in place of a URL", ["queries.sql"], /not a connection URL/, /--schema/],
    ["a snapshot in place of a URL", ["snapshot.json.gz"], /not a connection URL/, /--snapshot/],
    ["a count that is none", ["--top", "many", url], /--top "many"/, /Example/],
    ["a negative count", ["--max-indexes=-1", url], /--max-indexes "-1"/, /Example/],
    ["a size that is none", ["--max-bytes", "lots", url], /a size such as 500MB/, /Example/],
    ["a percentage above all", ["--fail-on", "101", url], /0 to 100/, /any/],
    ["an unknown format", ["--format", "xml", url], /terminal, markdown, html, json/, /--help/],
    ["two formats", ["--json", "--format", "markdown", url], /exclude each other/, /one/],
    ["a schema both in and out", ["--include-schema", "a", "--exclude-schema", "a", url], /both included and excluded/, /Leave/],
    ["a missing configuration", ["--config", "no-such.json", url], /no-such\.json/, /--config/],
    ["a report file that is a directory", ["-o", tmpdir(), url], /it is a directory/, /-o/],
    ["a report file in no directory", ["-o", "/no/such/place.md", url], /directory does not exist/, /-o/],
  ])("%s", async (_, argv, message, hint) => {
    const said = await ended(Audit, argv);
    expect(said.exitCode).toBe(2);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(`${said.message}${said.hint}`).not.toContain("secret");
  });

  test("collect without a file to write", async () => {
    expect(await ended(Collect, [url])).toMatchObject({ exitCode: 2, message: "Missing required flag --output" });
  });
  test("demo with a source of its own", async () => {
    expect((await ended(Demo, ["--snapshot", "x"])).message).toBe("Unknown flag --snapshot.");
  });
});

describe("errors", () => {
  test.each([
    ["CONFIG_INVALID", 2],
    ["INPUT_INVALID", 2],
    ["CONNECTION_FAILED", 3],
    ["PERMISSION_DENIED", 3],
    ["ABORTED", 3],
    ["INTERNAL", 3],
  ] as const)("%s ends with %s", (code, exitCode) => {
    expect(describeError(new AdvisorError(code, "message.", { hint: "hint." }))).toEqual({ message: "message.", hint: "hint.", exitCode });
  });
  test("nobody expected are called a bug, end with 3 and hide passwords", () => {
    const said = describeError(new Error("cannot reach postgres://me:hunter2@db/x password='a b' end"));
    expect(said.exitCode).toBe(3);
    expect(said.message).not.toMatch(/hunter2|a b/);
    expect(said.hint).toContain("PLANSMITH_DEBUG");
  });
});

describe("flags, configuration and defaults", () => {
  const source = { kind: "demo" } as const;
  test("stand in this order", () => {
    const config = { ...defaultConfig, maxIndexes: 3, top: 50 };
    expect(makeAuditInput(source, {}, config)).toMatchObject({ maxIndexes: 3, top: 50, maxGrowth: 0.1 });
    expect(makeAuditInput(source, { "max-indexes": "7" }, config).maxIndexes).toBe(7);
    expect(makeAuditInput(source, { "max-indexes": "none", "max-growth": "none" }, config)).toMatchObject({
      maxIndexes: null,
      maxGrowth: null,
    });
    expect(makeAuditInput(source, { "max-growth": "25%", "max-bytes": "1kB" }, config)).toMatchObject({ maxGrowth: 0.25, maxBytes: 1024 });
    expect(makeAuditInput(source, { ends: false }, config).readEnds).toBe(false);
  });
  test("without any source mean the server that PG* variables name", async () => {
    expect(await auditSource(undefined, {})).toEqual({ kind: "url" });
  });
  test("choose the format: flag, then the file's ending, then the configuration", () => {
    expect(reportFormat({ format: "terminal", output: "x.md" }, { format: "json" })).toBe("terminal");
    expect(reportFormat({ output: "x.md" }, { format: "json" })).toBe("markdown");
    expect(reportFormat({ output: "x.HTML" }, { format: "json" })).toBe("html");
    expect(reportFormat({ output: "x.txt" }, { format: "json" })).toBe("json");
    expect(reportFormat({}, {})).toBe("terminal");
    expect(reportFormat({ json: true }, {})).toBe("json");
  });
});

describe("the exit code of a report", () => {
  test("is 0 unless asked to fail", () => expect(exitCodeFor(literalReport, "none")).toBe(0));
  test("is 1 at the threshold and 0 just above it", () => {
    expect(exitCodeFor(literalReport, 41.2)).toBe(1);
    expect(exitCodeFor(literalReport, 41.3)).toBe(0);
  });
  test("is 1 with any recommendation or finding, 0 with none", () => {
    expect(exitCodeFor({ ...literalReport, recommendations: [] }, "any")).toBe(1);
    expect(exitCodeFor({ ...literalReport, recommendations: [], findings: [] }, "any")).toBe(0);
  });
  test("is 3 for a partial one, whatever it found", () => {
    expect(exitCodeFor({ ...literalReport, partial: { reason: "Interrupted.", missing: "half" } }, "any")).toBe(3);
  });
});

describe("the report file", () => {
  test("appears whole, replaces what was there, and is readable by others", async () => {
    const path = join(folder, "report.md");
    await writeFile(path, "old", { mode: 0o600 });
    const output = await openOutput(path);
    expect(await readFile(path, "utf8")).toBe("old");
    await output.write("new");
    await output.discard();
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["report.md"]);
    expect((await stat(path)).mode & 0o777 & ~process.umask()).toBe(0o644 & ~process.umask());
  });
  test("leaves nothing behind when the run fails", async () => {
    const output = await openOutput(join(folder, "report.md"));
    await output.discard();
    expect(await readdir(folder)).toEqual([]);
  });
  test("is written through a link, which stays one", async () => {
    await mkdir(join(folder, "real"));
    await writeFile(join(folder, "real", "r.md"), "old");
    await symlink(join(folder, "real", "r.md"), join(folder, "link.md"));
    const output = await openOutput(join(folder, "link.md"));
    await output.write("new");
    expect(await readFile(join(folder, "real", "r.md"), "utf8")).toBe("new");
  });
  test("may be a device, which is written into and not replaced", async () => {
    const output = await openOutput("/dev/null");
    await output.write("anything");
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });
});

describe("progress", () => {
  function watched(isTTY: boolean, silent: boolean) {
    const written: string[] = [];
    let clock = 0;
    const progress = showProgress({ isTTY, columns: 20, write: (text) => written.push(text) }, { silent, now: () => clock });
    for (const [stage, done] of [
      ["collect", 0],
      ["collect", 1],
      ["prove", 1],
      ["collect", 2],
    ] as const) {
      clock += 10;
      progress.onProgress(stage, done, 400);
    }
    progress.end();
    return written;
  }
  test("is one plain line per stage off a terminal, and none when stdout must stay alone", () => {
    expect(watched(false, false)).toEqual(["plansmith: collect\n", "plansmith: prove\n"]);
    expect(watched(false, true)).toEqual([]);
  });
  test("tells the time left at the rate so far, once that is no guess", () => {
    const written: string[] = [];
    let clock = 0;
    const progress = showProgress({ isTTY: true, columns: 80, write: (text) => written.push(text) }, { silent: true, now: () => clock });
    for (const [at, done] of [
      [0, 0],
      [1_000, 10],
      [3_000, 30],
    ] as const) {
      clock = at;
      progress.onProgress("prove", done, 100);
    }
    expect(written.map((text) => text.replace("\r\u001b[K", ""))).toEqual(["prove 0/100", "prove 10/100", "prove 30/100, about 7 s left"]);
  });
  test("is one line on a terminal, updated a few times a second and cleared at the end", () => {
    const written = watched(true, true);
    expect(written.join("")).not.toContain("\n");
    expect(written).toHaveLength(4); // collect, prove, collect, clear: the second count came too soon
    expect(written.at(-1)).toBe("\r\u001b[K");
  });
});
