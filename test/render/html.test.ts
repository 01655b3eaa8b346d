import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Assets } from "../../src/render/html/assets.ts";
import { buildClient } from "../../src/render/html/client/build.mjs";
import { usedRules } from "../../src/render/html/client/used-rules.mjs";
import { html, jsonText } from "../../src/render/html/markup.ts";
import { renderHtml } from "../../src/render/html/render-html.ts";
import { harmless } from "../../src/render/safe-text.ts";
import { earlierReports, hostileName, htmlReport, largeReport } from "./html-report.ts";

let assets: Assets;
let page: string;
beforeAll(async () => {
  assets = await buildClient();
  page = renderHtml(htmlReport, assets);
});

/** What a browser runs: script elements without a data type, and style elements. */
function executed(text: string): { scripts: string[]; styles: string[] } {
  return {
    scripts: [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]!),
    // The report's script has a style element in a string.
    styles: [...text.slice(0, text.indexOf("<body>")).matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]!),
  };
}

function decoded(markup: string): string {
  const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return markup.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity]!);
}

/** What of `pattern` the text holds: short to print when a claim fails. */
function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(new RegExp(pattern, "gu"))].map((match) => match[0]);
}

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

test("of what was refused for one reason, that which would have saved most stands first", () => {
  const [first] = htmlReport.rejected;
  const [family] = htmlReport.families;
  const refusal = (table: string, costAfter: number) => ({
    ...first!,
    sql: `CREATE INDEX ON ${table} (a)`,
    reason: "Over budget: others were chosen.",
    proofs: [
      {
        candidate: table,
        family: family!.id,
        backend: "shadow" as const,
        outcome: { kind: "estimated" as const, typical: null, bindings: [{ kind: "common", costBefore: 1000, costAfter, used: true }] },
      },
    ],
  });
  const rejected = [refusal("aaa", 900), refusal("bbb", 800), refusal("zzz", 1), { ...refusal("mmm", 1), proofs: [] }];
  const text = renderHtml({ ...htmlReport, rejected }, assets);
  const order = [...text.matchAll(/CREATE INDEX ON (aaa|bbb|zzz|mmm)/g)].map(([, table]) => table);
  expect(order).toEqual(["zzz", "bbb", "aaa", "mmm"]);
});

describe("markup", () => {
  test("any text put into a template is read back as it was, harmless characters only, and opens nothing", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(hostileName, "</script>", "<!--", "&lt;", '" onclick="', "\u202e"),
    );
    fc.assert(
      fc.property(text, (value) => {
        const { markup } = html`<p title="${value}">${[value, null]}</p>`;
        const [, attribute, content] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(markup) ?? [];
        expect(decoded(attribute ?? "")).toBe(harmless(value));
        expect(decoded(content ?? "")).toBe(harmless(value));
      }),
    );
  });
  test("any JSON is read back as it was, and cannot end the script that holds it", () => {
    fc.assert(
      fc.property(fc.json(), fc.string({ unit: "binary" }), (json, text) => {
        const value = { [text]: JSON.parse(json) as unknown, text };
        expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(jsonText(value)).not.toMatch(/[<>\p{Cc}\u2028\u2029\u202e]/u);
      }),
    );
  });
});

describe("the page", () => {
  test("has a policy that names its scripts and styles by hash and allows no network", () => {
    const policy = decoded(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? "");
    const { scripts, styles } = executed(page);
    expect(scripts).toEqual([assets.reportScript]);
    expect(styles).toEqual([assets.reportStyle]);
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(assets.reportScript)} ${hash(assets.viewerScript)}; style-src ${hash(assets.reportStyle)} ${hash(assets.viewerStyle)}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });
  test("carries the viewer as text whose hash the policy names", () => {
    expect(page.includes(`<script type="text/plain" id="viewer-script">${assets.viewerScript}</script>`)).toBe(true);
    expect(page.includes(`<script type="text/plain" id="viewer-style">${assets.viewerStyle}</script>`)).toBe(true);
  });
  test("carries no viewer when there is no plan to draw", () => {
    const [create, drop] = htmlReport.recommendations;
    const costs = { costBefore: 10, costAfter: 10, worstRatio: 1, planChange: "same plan" };
    const unchanged = {
      ...drop!,
      proofs: create!.proofs,
      benefit: { ...drop!.benefit, families: [{ family: "00aa00aa00aa00aa", ...costs }] },
    };
    for (const recommendations of [[], [unchanged]]) {
      const text = renderHtml({ ...htmlReport, recommendations }, assets);
      expect(text.includes('id="viewer-script"')).toBe(false);
      expect(text.includes("1 statement of the table planned without it at the same cost")).toBe(recommendations.length > 0);
    }
  });
  test("refers to nothing outside itself", () => {
    const own = page.replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, "");
    expect(found(own, /<(?:img|link|object|embed|iframe|base)\b/)).toEqual([]);
    // Texts and values hold no angle bracket, so that these are all the tags.
    const tags = found(own, /<[a-z][^<>]*>/).map((tag) => tag.replaceAll(/"[^"]*"/g, ""));
    expect(tags.filter((tag) => /\s(?:src|srcset|style|action|formaction|on\w+)=/.test(tag))).toEqual([]);
    for (const [, target] of own.matchAll(/\shref="([^"]*)"/g)) expect(target).toMatch(/^#/);
    expect(found(assets.reportStyle + assets.viewerStyle, /@import|url\((?!"?data:|'data:|#)/)).toEqual([]);
  });
  test("shows hostile names as text", () => {
    expect(found(page, /<img|<script>alert|onerror=alert\(1\)>(?!<)/)).toEqual([]);
    expect(
      page.includes("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;script&gt;alert(2)"),
      "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;script&gt;alert(2)",
    ).toBe(true);
    expect(found(page, /[\u2028\u2029\u202e]/)).toEqual([]);
  });
  test("has each id once, and every link leads somewhere", () => {
    const own = page.replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "");
    const ids = [...own.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...new Set(ids)]);
    for (const [, target] of own.matchAll(/\s(?:href="#|aria-labelledby=")([^" ]*)/g)) expect(ids).toContain(target);
  });
  test("calls new indexes in plans by the name that apply gives them", () => {
    expect(page.includes(`Index Scan using &quot;odd &quot;&quot;name&quot;`), `Index Scan using &quot;odd &quot;&quot;name&quot;`).toBe(
      true,
    );
    expect(page.includes('"Index Name":"odd \\"name"'), '"Index Name":"odd \\"name"').toBe(true);
    expect(page.includes("plansmith_77aa77aa77aa")).toBe(false);
  });
  test("has the words of every part of the report", () => {
    for (const words of [
      "Size against saving",
      "Tuning: 1 proposal",
      "Refused: 9 candidates",
      "Skipped: 1 statement",
      "1 finding",
      "Gaps: 1 thing",
    ])
      expect(page.includes(words), words).toBe(true);
    expect(found(page, /<span class="out">-select id from orders where <mark>/)).toHaveLength(1);
    expect(page.includes("120 ms → 1.20 ms"), "120 ms → 1.20 ms").toBe(true);
    expect(
      page.includes("worst parameter value: ×1.02 of the cost, which is dearer than today"),
      "worst parameter value: ×1.02 of the cost, which is dearer than today",
    ).toBe(true);
  });
});

test("has a history when earlier reports are given, in the order of time, and none otherwise", () => {
  const text = renderHtml(htmlReport, assets, { earlier: earlierReports.toReversed() });
  expect(found(text, /History: 3 reports<\/h2>/)).toHaveLength(1);
  expect(found(text, /aria-label="Size of the database: 381 MB on 2026-11-07, 1.2 GB on 2026-11-21"/)).toHaveLength(1);
  expect(found(page, /History:/)).toEqual([]);
});

describe("size", () => {
  test("500 long statements with large plans stay below 3 MB, and the page says what it leaves out", () => {
    const text = renderHtml(largeReport(500, { columns: 120, nodes: 40 }), assets);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000_000);
    const kept = text.split('class="plan-data"').length - 1;
    const dropped = text.split("plans are left out").length - 1;
    expect(kept).toBeGreaterThan(20);
    expect(dropped).toBeGreaterThan(20);
    expect(kept + dropped).toBe(500);
  });
  test("500 statements with usual plans, each of them served, keep nine plans of ten", () => {
    const text = renderHtml(largeReport(500, { columns: 8, nodes: 4 }), assets);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000_000);
    expect(text.split('class="plan-data"').length - 1).toBeGreaterThan(450);
  });
  test("5,000 statements, each served, stay below 3 MB: those with the smallest share are counted instead of listed", () => {
    const text = renderHtml(largeReport(5_000, { columns: 8, nodes: 4 }), assets);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000_000);
    expect(found(text, /<tr id="s-/)).toHaveLength(500);
    expect(found(text, /and 4,500 more statements with a smaller share/)).toHaveLength(1);
    expect(found(text, /and 225 more statements that gain less/)).toHaveLength(20);
    const listed = new Set(found(text, /(?<=<tr id=")s-[0-9a-f]+/));
    for (const target of found(text, /(?<=href="#)s-[0-9a-f]+/)) expect(listed).toContain(target);
  });
  test.each([500, 5_000])("%i statements that all are new since the last report stay below 3 MB: 200 are listed", (count) => {
    const large = largeReport(count, { columns: 60, nodes: 4 });
    const statements = large.families.map(({ id, fingerprint, sql }) => ({ family: id, fingerprint, sql, share: 0, calls: 1, meanMs: 1 }));
    const comparison = { ...htmlReport.comparison!, statements: { ...htmlReport.comparison!.statements, new: statements } };
    const text = renderHtml({ ...htmlReport, ...large, comparison }, assets, { earlier: earlierReports });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000_000);
    const changes = text.slice(text.indexOf("New statements"), text.indexOf("Statements no longer called"));
    expect(found(changes, /<li>/)).toHaveLength(200);
    expect(changes).toContain(`… and ${(count - 200).toLocaleString("en")} more`);
  });
  test("the plans that go are those of the statements that gain least", () => {
    const limit =
      Buffer.byteLength(renderHtml(largeReport(40, { columns: 8, nodes: 10 }), assets, { limitBytes: 1 })) +
      Buffer.byteLength(assets.viewerScript + assets.viewerStyle) +
      30_000;
    const text = renderHtml(largeReport(40, { columns: 8, nodes: 10 }), assets, { limitBytes: limit });
    const hasPlans = (position: number) => {
      const effect = text.slice(text.indexOf(`aria-label="Statement ${position.toString(16).padStart(16, "0")}">\n<p class="effect-head"`));
      return effect.slice(0, effect.indexOf("</section>")).includes("plan-data");
    };
    const kept = Array.from({ length: 40 }, (_, position) => hasPlans(position));
    // Earlier statements are called more often.
    expect(kept).toEqual(kept.toSorted((a, b) => Number(b) - Number(a)));
    expect(new Set(kept).size).toBe(2);
  });
});

test("a style sheet is cut to the rules whose classes a script names", () => {
  const css = '.a{x:"}"}.b,.a .c{y:1}@media (min-width:1px){.b{z:1}.a{z:2}}p{w:1}@charset "utf-8";';
  expect(usedRules(css, 'class:"a c"')).toBe('.a{x:"}"}.a .c{y:1}@media (min-width:1px){.a{z:2}}p{w:1}');
});
