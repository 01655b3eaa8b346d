// Pictures of an HTML report: node docs/screenshots/make.mjs report.html
// Needs Chromium (PLANSMITH_TEST_BROWSER, else /usr/bin/chromium) sharp (it comes with the optional @huggingface/transformers) and, for the printed page, pdftoppm.
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";

const report = process.argv[2];
if (report === undefined) throw new Error("Say which report: node docs/screenshots/make.mjs report.html");
const here = import.meta.dirname;
const browser = await chromium.launch({
  executablePath: process.env.PLANSMITH_TEST_BROWSER ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});

async function open(width, height, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(pathToFileURL(resolve(report)).href);
  return page;
}

/** The window's picture with `selector` at its top. */
async function shoot(page, selector, name) {
  await page.evaluate((each) => document.querySelector(each)?.scrollIntoView({ block: "start", behavior: "instant" }), selector);
  // 256 colours are enough and take a fourth of the bytes.
  writeFileSync(join(here, name), await sharp(await page.screenshot()).png({ palette: true, compressionLevel: 9, effort: 10 }).toBuffer());
}

const light = await open(1280, 900, "light");
await shoot(light, "body", "summary-1280-light.png");
await shoot(light, "#changes", "changes-1280-light.png");
const first = light.locator("article.recommendation", { has: light.locator("details.plans") }).first();
await first.locator("details.plans summary").first().click();
await first.locator("button[data-plan=after]").first().click();
await first.locator("iframe").contentFrame().locator(".plan-node").first().waitFor();
await light.waitForTimeout(800); // the viewer moves its nodes into place
await shoot(light, "article.recommendation .effect", "plan-1280-light.png");
const dark = await open(1280, 900, "dark");
await shoot(dark, "article.recommendation", "recommendation-1280-dark.png");
await shoot(dark, "#patterns", "patterns-1280-dark.png");
await shoot(dark, "#statements", "statements-1280-dark.png");
await shoot(await open(390, 844, "light"), "article.recommendation", "recommendation-390-light.png");
const phone = await open(390, 844, "dark");
await shoot(phone, "body", "summary-390-dark.png");
await shoot(phone, "#recommendations", "recommendations-390-dark.png");

const printed = await open(1280, 900, "light");
await printed.pdf({ path: join(here, "print.pdf"), format: "A4" });
execFileSync("pdftoppm", ["-png", "-r", "60", "-f", "1", "-l", "2", join(here, "print.pdf"), join(here, "print")]);
rmSync(join(here, "print.pdf"));
await browser.close();
