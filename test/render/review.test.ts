import { describe, expect, test } from "vitest";
import type { Finding, Report } from "../../src/domain/report.ts";
import { renderReview, reviewFormats } from "../../src/render/review.ts";
import { renderComment } from "../../src/render/review-comment.ts";
import { schemaErrors } from "./report-schema.ts";

const place = { file: "migrations/001.sql", line: 3, column: 1 };
const hostile = 'a|b`c</details><script>alert(1)</script> @everyone ![x](http://evil) \u001b[31m\u202e "q" <!-- --> %0A::error::x';

function finding(id: string, more: Partial<Finding> = {}): Finding {
  const base: Finding = {
    id,
    rule: "migration/set-not-null-scan",
    severity: "warning",
    title: "SET NOT NULL reads the table",
    message: "Setting public.orders.note NOT NULL reads the whole table",
    help: "Prove it first",
    place,
    locks: ["AccessExclusiveLock"],
    relationLocks: [{ relation: { schema: "public", name: "orders" }, mode: "AccessExclusiveLock" }],
    safer: ["ALTER TABLE public.orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID"],
  };
  return { ...base, ...more };
}

function report(findings: readonly Finding[], sql = "alter table orders alter column note set not null"): Report {
  return {
    schemaVersion: 1,
    generatedAt: "2026-01-01T00:00:00.000Z",
    advisorVersion: "0.1.0",
    server: null,
    origin: "schema file schema.sql",
    summary: {
      statementCount: 1,
      relationCount: 1,
      candidateCount: 0,
      planCount: 1,
      costBefore: 0,
      costAfter: 0,
      geometricMeanRatio: 1,
      indexBytes: 0,
      boundRatio: 1,
      weightedRatio: 1,
    },
    families: [],
    recommendations: [],
    findings,
    rejected: [],
    skipped: [],
    gaps: [],
    partial: null,
    review: {
      basis: { kind: "schema-file", words: "schema file schema.sql", collectedAt: null, ran: true },
      postgres: 15,
      files: [{ path: "migrations/001.sql", isNew: true, runner: "plain", statementCount: 1 }],
      statements: [
        {
          place,
          sql,
          locks: [{ relation: { schema: "public", name: "orders" }, mode: "AccessExclusiveLock" }],
          work: [
            {
              kind: "scan",
              relation: { schema: "public", name: "orders" },
              bytes: 1_500_000_000,
              rows: 3_000_000,
              seconds: { low: 3, high: 32 },
            },
          ],
          basis: "observed",
          queuedPerSecond: 41.2,
          findings: findings.map((each) => each.id),
        },
      ],
      workload: {
        plannedCount: 9,
        touchedCount: 4,
        changes: [
          {
            family: "f1",
            sql: "select * from orders where note = $1",
            place: null,
            callsPerDay: 5000,
            effect: "worse",
            costBefore: 8.46,
            costAfter: 4321,
            costAfterAnalyze: null,
            indexesBefore: ["orders_note_idx"],
            indexesAfter: [],
            error: null,
            causedBy: place,
          },
        ],
        newIndexes: [],
      },
      added: [
        {
          place: "src/a.ts:4",
          sql: "select 1 from orders where note = $1",
          cost: 99,
          problem: null,
          advice: [{ sql: "CREATE INDEX ON public.orders (note)", costAfter: 8, bytes: 8192 }],
        },
      ],
      notices: [{ path: "migrations/002.sql", line: 4, message: "not reviewed: a template placeholder" }],
      suppressed: [{ id: "0123456789ab", rule: "migration/drop-column", place, reason: "agreed with the team" }],
      baselineCount: 1,
      durationBasis: "durations assume a machine",
    },
  };
}

const options = { color: false, width: 80 };

describe("every format", () => {
  test.each(reviewFormats)("%s names every finding by its id", (format) => {
    const text = renderReview(
      report([finding("aaaaaaaaaaaa"), finding("bbbbbbbbbbbb", { severity: "error" }), finding("cccccccccccc", { severity: "note" })]),
      format,
      options,
    );
    for (const id of ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"]) expect(text).toContain(id);
    expect(text.endsWith("\n")).toBe(true);
  });
  test.each(reviewFormats)("%s lets nothing of a hostile text act", (format) => {
    const text = renderReview(
      report([finding("aaaaaaaaaaaa", { message: hostile, title: hostile, help: hostile, safer: [hostile] })], hostile),
      format,
      options,
    );
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
    if (format === "markdown") {
      const prose = text.replaceAll(/(`{3,})sql[\s\S]*?\1/g, "").replaceAll(/(`+)[^\n]*?\1/g, "");
      expect(prose).not.toMatch(/<script|@everyone|!\[x\]\(/);
      expect(text.match(/<details>/g)?.length).toBe(
        text
          .replaceAll(/(`{3,})sql[\s\S]*?\1/g, "")
          .replaceAll(/(`+)[^\n]*?\1/g, "")
          .match(/<\/details>/g)?.length,
      );
    }
    if (format === "github") expect(text.split("\n").filter((line) => line.startsWith("::error")).length).toBe(0);
  });
});

test("JSON is what report.schema.json describes", () => {
  expect(schemaErrors(renderReview(report([finding("aaaaaaaaaaaa")]), "json", options))).toEqual([]);
});

describe("the comment", () => {
  test("of a clean review is one line under its marker, with what was accepted", () => {
    const clean = report([]);
    const quiet: Report = {
      ...clean,
      review: { ...clean.review!, workload: null, added: [], notices: [], suppressed: [], durationBasis: null },
    };
    expect(renderComment(quiet)).toBe(
      "<!-- plansmith:review id=default -->\n\n**Plansmith**: nothing to say on 1 statement of 1 new migration, for PostgreSQL 15 (1 accepted finding).\n",
    );
  });
  test("says locks, size, duration and who waits in one row a statement", () => {
    const text = renderComment(report([finding("aaaaaaaaaaaa")]));
    expect(text).toMatch(
      /\| ⚠️ \| `alter table orders alter column note set not null`<br>`migrations\/001\.sql:3` \| ACCESS EXCLUSIVE on `public\.orders`<br>readers and writers: 41 statements a second wait \| scan of public\.orders \(1\.4 GB, 3,000,000 rows\)<br>3\.0 s to 32 s \|/,
    );
  });
  test("calls nobody, links no issue and starts no quick action, whatever an identifier says", () => {
    const text = renderComment(report([finding("aaaaaaaaaaaa", { message: "/close @acme/owners #12 acme/shop#3 GH-7", help: "/merge" })]));
    const line = text.split("\n").find((each) => each.includes("owners"))!;
    // A zero-width space apart: hosts look at the text after entities and escapes are resolved.
    expect(line).toBe("\\/close @&#8203;acme/owners \\#&#8203;12 acme/shop\\#&#8203;3 GH-&#8203;7. \\/merge.");
  });
  test("tells errors first, three of a rule whole and the rest by place, and folds notes", () => {
    const warnings = Array.from({ length: 6 }, (_, at) => finding(`${at}`.repeat(12), { place: { ...place, line: at + 10 } }));
    const note = finding("cccccccccccc", { severity: "note", title: "a note" });
    const text = renderComment(report([note, ...warnings, finding("eeeeeeeeeeee", { severity: "error", title: "an error" })]));
    const headings = [...text.matchAll(/^#### (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual([
      "🛑 An error · `migrations/001.sql:3`",
      ...[10, 11, 12].map((line) => `⚠️ SET NOT NULL reads the table · \`migrations/001.sql:${line}\``),
      "ℹ️ A note · `migrations/001.sql:3`",
    ]);
    expect(text).toContain("<summary>3 more findings of migration/set-not-null-scan</summary>\n\n- `migrations/001.sql:13`");
    expect(text).toContain("<summary>1 note</summary>");
  });
  test.each([65_000, 20_000, 3_000])("never has more than %i characters, and no open block", (limit) => {
    const many = Array.from({ length: 400 }, (_, at) => finding(at.toString(16).padStart(12, "0"), { message: "x".repeat(900) }));
    const text = renderComment(report(many), { limit });
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    expect(text.match(/^```/gm)?.length ?? 0).toBe(2 * (text.match(/^```sql/gm)?.length ?? 0));
  });
  test("has a marker of its own per id, in which nothing can close it", () => {
    expect(renderComment(report([]), { id: "billing --> x" }).split("\n")[0]).toBe("<!-- plansmith:review id=billing-----x -->");
  });
});

test("SARIF has stable rule ids, levels, places and fingerprints", () => {
  const log = JSON.parse(renderReview(report([finding("aaaaaaaaaaaa"), finding("bbbbbbbbbbbb", { place: null })]), "sarif", options));
  expect(log.version).toBe("2.1.0");
  expect(log.runs[0].results).toMatchObject([
    {
      ruleId: "migration/set-not-null-scan",
      ruleIndex: 0,
      level: "warning",
      locations: [{ physicalLocation: { artifactLocation: { uri: "migrations/001.sql" }, region: { startLine: 3 } } }],
      partialFingerprints: { "plansmithFinding/v1": "aaaaaaaaaaaa" },
    },
  ]);
});

test("GitHub annotations: ten of a level at most, the worst first, and properties that cannot break out", () => {
  const notes = Array.from({ length: 14 }, (_, at) => finding(`${at}`.padStart(12, "0"), { severity: "note" }));
  const lines = renderReview(report([...notes, finding("eeeeeeeeeeee", { severity: "error", title: "a,b:c\n::stop" })]), "github", options)
    .trim()
    .split("\n");
  expect(lines[0]).toBe(
    "::error file=migrations/001.sql,line=3,col=1,title=a%2Cb%3Ac %3A%3Astop::Setting public.orders.note NOT NULL reads the whole table (migration/set-not-null-scan eeeeeeeeeeee)%0AProve it first%0AALTER TABLE public.orders ADD CONSTRAINT c CHECK (note IS NOT NULL) NOT VALID",
  );
  expect(lines.filter((line) => line.startsWith("::notice"))).toHaveLength(10);
  expect(lines.at(-1)).toMatch(/^::notice::5 more findings/);
});

test("GitLab's report has one fingerprint a finding; JUnit is well formed and fails on warnings", () => {
  const issues = JSON.parse(renderReview(report([finding("aaaaaaaaaaaa"), finding("bbbbbbbbbbbb")]), "gitlab", options));
  expect(issues.map((each: { fingerprint: string; severity: string }) => [each.fingerprint, each.severity])).toEqual([
    ["aaaaaaaaaaaa", "major"],
    ["bbbbbbbbbbbb", "major"],
  ]);
  const xml = renderReview(
    report([finding("aaaaaaaaaaaa", { message: `<&"'>` }), finding("bbbbbbbbbbbb", { severity: "note" })]),
    "junit",
    options,
  );
  expect(xml).toContain('<testsuites name="Plansmith" tests="1" failures="1">');
  expect(xml).toContain('message="&lt;&amp;&quot;');
});
