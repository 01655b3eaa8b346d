import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import fc from "fast-check";
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildClient } from "../../src/render/html/client/build.mjs";
import { html, jsonText, trusted } from "../../src/render/html/markup.ts";
import { renderHtml } from "../../src/render/html/render-html.ts";
import { harmless } from "../../src/render/safe-text.ts";
import { earlierReports, hostileName, htmlReport } from "./html-report.ts";

const executable = browserPath();

/** PLANSMITH_TEST_BROWSER, else a Chromium or Chrome on the PATH; null where there is none. */
function browserPath(): string | null {
  const named = process.env.PLANSMITH_TEST_BROWSER;
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const paths = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...(named ? [named] : []), ...paths].find((path) => existsSync(path)) ?? null;
}

/** A page of the report, with what it said and asked for. */
interface Opened {
  readonly page: Page;
  readonly said: string[];
  readonly asked: string[];
}

describe.skipIf(executable === null)("the HTML report in a browser (skipped where neither Chromium nor Chrome is installed)", () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plansmith-html-"));
    const path = join(folder, "report.html");
    await writeFile(path, renderHtml(htmlReport, await buildClient(), { earlier: earlierReports }));
    address = pathToFileURL(path).href;
    // Chromium's own sandbox refuses root.
    browser = await chromium.launch({ executablePath: executable!, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  });
  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("dialog", (dialog) => said.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(address);
    return { page, said, asked };
  }

  /** What axe calls serious or critical, with the elements. */
  async function graveFindings(frame: Frame): Promise<unknown[]> {
    await frame.evaluate(axe.source);
    const { violations } = (await frame.evaluate("axe.run()")) as AxeResults; // what axe.run promises
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => ({ id, where: nodes.slice(0, 3).map((node) => node.html.slice(0, 120)) }));
  }

  /** Boxes whose content is wider than they are; a plan's text may scroll on screen. */
  function sideways(page: Page, selector: string): Promise<unknown> {
    return page
      .locator(selector)
      .evaluateAll((all) =>
        all
          .filter((each) => each.scrollWidth > each.clientWidth + 1)
          .map((each) => `${each.getAttribute("aria-label") ?? each.className}: ${each.scrollWidth} in ${each.clientWidth}`),
      );
  }

  async function draw(page: Page, selector: string): Promise<void> {
    await page.locator(selector).first().focus();
    await page.keyboard.press("Enter");
    await page.locator("iframe").first().contentFrame().locator(".plan-node").first().waitFor();
    expect(page.frames()).toHaveLength(2);
  }

  describe.each([
    { width: 1280, height: 900 },
    { width: 390, height: 844 },
  ])("$width px", (viewport) => {
    test.each(["light", "dark"] as const)(
      "%s: no message, no request, no serious finding of axe, no sideways scrolling",
      async (colorScheme) => {
        const { page, said, asked } = await open({ viewport, colorScheme });
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
        expect(await sideways(page, ".scroll, pre:not(.plan), .changes, .pattern")).toEqual([]);
        await draw(page, "button.view-plan");
        for (const frame of page.frames()) expect(await graveFindings(frame)).toEqual([]);
        expect(said).toEqual([]);
        expect(asked.filter((url) => url !== address && !/^(?:data:|about:)/.test(url))).toEqual([]);
        await page.context().close();
      },
    );
  });

  test("every part of a report is on the page, each led to by the contents", async () => {
    const { page } = await open();
    const parts = ["summary", "changes", "time", "history", "patterns", "pareto", "recommendations", "tuning", "findings", "statements"];
    const sections = [...parts, "refused", "skipped", "gaps"];
    expect(await page.locator("main > section").evaluateAll((all) => all.map((each) => each.id))).toEqual(sections);
    expect(await page.locator("nav > ol > li > a").evaluateAll((all) => all.map((each) => each.getAttribute("href")?.slice(1)))).toEqual(
      sections,
    );
    const text = await page.locator("main").textContent();
    for (const words of [
      "was asked about 3 statements",
      "Like a proven case:",
      "was refused in a like case too",
      "Compared with 377 proven cases",
    ])
      expect(text).toContain(words);
    expect(await page.locator("#changes h3").count()).toBe(16);
    expect(await page.locator("#changes .sparkline").count()).toBe(htmlReport.families.length);
    await page.context().close();
  });

  test("the copy button copies what psql takes, and says so", async () => {
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy SQL to apply, no. 1", exact: true }).click();
    await expect.poll(() => page.locator("#announcer").textContent()).toBe("Copied to the clipboard.");
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`${htmlReport.recommendations[0]!.apply[0]};`);
    await page.context().close();
  });

  test("a plan is opened and drawn by keyboard alone, and closed again", async () => {
    const { page, said } = await open();
    const plans = page.locator("details.plans").first();
    await plans.locator("summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Draw the plan before");
    await page.keyboard.press("Enter");
    const node = page.locator("iframe").contentFrame().locator(".plan-node");
    await node.first().waitFor();
    expect(await node.allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining("Seq Scan")]));
    await page.keyboard.press("Enter");
    expect(await page.locator("iframe").count()).toBe(0);
    expect(said).toEqual([]);
    await page.context().close();
  });

  test("hostile names in a drawn plan stay text, and the frame can reach nothing of the page", async () => {
    const { page, said, asked } = await open();
    const effect = page.locator("#r-77aa77aa77aa");
    await effect.locator("details.plans").evaluate((element) => element.setAttribute("open", ""));
    await effect.locator("button[data-plan=before]").click();
    const frame = effect.locator("iframe").contentFrame();
    await frame.locator(".plan-node").first().waitFor();
    expect(await frame.locator(".plan-node").first().textContent()).toContain("<img src=x onerror=alert(1)>");
    expect(await frame.locator("img[onerror], img[src=x], body > script:not([id]) ~ script").count()).toBe(0);
    expect(await effect.locator("iframe").getAttribute("sandbox")).toBe("allow-scripts");
    expect(said).toEqual([]);
    expect(asked.filter((url) => url !== address && !/^(?:data:|about:)/.test(url))).toEqual([]);
    await page.context().close();
  });

  test("hostile names make no element anywhere", async () => {
    const { page } = await open();
    expect(await page.locator("main img, main script:not([type='application/json']), main iframe").count()).toBe(0);
    expect(await page.locator("#r-77aa77aa77aa .caution").textContent()).toContain(hostileName.slice(0, 20));
    await page.context().close();
  });

  test("a browser reads any text back as it was put in, in content, attributes and data", async () => {
    const { page } = await open();
    const texts = fc.sample(
      fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."<>&\"'`=/!- \n\u2028scriptx;#0") })),
      {
        numRuns: 2_000,
        seed: 7,
      },
    );
    const { markup } =
      html`${texts.map((text) => html`<p title="${text}">${text}</p><script type="application/json">${trusted(jsonText(text))}</script>`)}`;
    const read = await page.evaluate(
      `(markup => {
        const body = new DOMParser().parseFromString(markup, "text/html").body;
        return [[...body.querySelectorAll("p")].map((p) => [p.textContent, p.title]), [...body.querySelectorAll("script")].map((each) => JSON.parse(each.textContent)), body.children.length];
      })(${JSON.stringify(markup)})`,
    );
    expect(read).toEqual([texts.map((text) => [harmless(text), harmless(text)]), texts, 2 * texts.length]);
    await page.context().close();
  });

  test("the statements are searched, filtered, and sorted by the heading", async () => {
    const { page } = await open();
    const rows = page.locator("#statement-rows tbody tr:visible");
    const ids = () => rows.evaluateAll((all) => all.map((row) => row.id));
    expect(await ids()).toEqual(["s-00aa00aa00aa00aa", "s-00bb00bb00bb00bb", "s-00cc00cc00cc00cc"]);
    await page.keyboard.press("/");
    await page.keyboard.type("EVERYONE a|b");
    expect(await ids()).toEqual(["s-00bb00bb00bb00bb"]);
    expect(await page.locator("#statement-count").textContent()).toBe("1 of 3 statements");
    await page.locator("#statement-search").fill("");
    await page.locator("#statement-filter").selectOption("silent");
    expect(await ids()).toEqual(["s-00cc00cc00cc00cc"]);
    await page.locator("#statement-filter").selectOption("");
    await page.locator("#statement-table").selectOption("orders");
    expect(await ids()).toEqual(["s-00aa00aa00aa00aa", "s-00cc00cc00cc00cc"]);
    await page.locator("#statement-table").selectOption("");
    const share = page.locator("th[data-key=share]");
    await share.getByRole("button").press("Enter");
    expect(await share.getAttribute("aria-sort")).toBe("ascending");
    expect(await ids()).toEqual(["s-00cc00cc00cc00cc", "s-00bb00bb00bb00bb", "s-00aa00aa00aa00aa"]);
    await page.context().close();
  });

  test("a link to a filtered statement shows it, opened", async () => {
    const { page } = await open();
    await page.locator("#statement-search").fill("nothing has this");
    await page.locator('#recommendations a[href="#s-00aa00aa00aa00aa"]').first().click();
    await page.locator("#s-00aa00aa00aa00aa details[open]").waitFor();
    await page.context().close();
  });

  test("the theme button changes the colours and keeps the choice", async () => {
    const { page } = await open({ colorScheme: "light" });
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await paper();
    await page.getByRole("button", { name: "Change to dark colours" }).click();
    const dark = await paper();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await paper()).toBe(dark);
    await page.context().close();
  });

  test("everything can be read without scripts, and no control is offered that would not work", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.locator("h3", { hasText: htmlReport.recommendations[0]!.title }).isVisible()).toBe(true);
    expect(await page.locator("button:visible, input:visible, select:visible").count()).toBe(0);
    await page.context().close();
  });

  /** An A4 page within the margins that the style sheet sets, in CSS pixels. */
  const paper = { width: 688, height: 1000 };

  test.each(["light", "dark"] as const)(
    "%s: the print has the advice, folded tables but the refused opened and none cut, no control, and no serious finding of axe",
    async (colorScheme) => {
      const { page, said } = await open({ viewport: paper, colorScheme });
      await page.emulateMedia({ media: "print", colorScheme });
      expect(await page.locator("button:visible:not(th button), nav:visible, input:visible").count()).toBe(0);
      expect(await page.locator("#r-3f2a9c01b2d4 pre.sql").first().isVisible()).toBe(true);
      const openOnPaper = "main details:not(.plans, .screen, .statement-cell details)";
      expect(await page.locator(openOnPaper).count()).toBeGreaterThan(10);
      const isShown = "(all) => all.map(({ lastElementChild: last }) => last.checkVisibility() && last.getBoundingClientRect().height > 0)";
      const shown: unknown[] = await page.evaluate(`(${isShown})([...document.querySelectorAll("${openOnPaper}")])`);
      expect(shown.filter((each) => each !== true)).toEqual([]);
      expect(await page.locator("details.plans:visible").count()).toBe(0);
      expect(await page.locator("#refused summary").first().isVisible()).toBe(true);
      expect(await page.locator("#refused table:visible").count()).toBe(0);
      expect(await page.locator("#refused .on-paper").isVisible()).toBe(true);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(paper.width);
      expect(await sideways(page, ".scroll, pre, .changes, .pattern")).toEqual([]);
      expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(29, 33, 38)");
      expect(await graveFindings(page.mainFrame())).toEqual([]);
      expect(said).toEqual([]);
      await page.context().close();
    },
  );
});
