import type { Finding, Report } from "../domain/report.ts";
import { placeInWords, reviewOf } from "./review-wording.ts";
import { harmless } from "./safe-text.ts";

/** JUnit XML: a suite a file, a case a statement; errors and warnings fail it, notes are output. */
export function renderJunit(report: Report): string {
  const review = reviewOf(report);
  const files = [
    ...new Set([
      ...review.files.filter((file) => file.isNew).map((file) => file.path),
      ...report.findings.flatMap((each) => each.place?.file ?? []),
    ]),
  ];
  const suites = files.map((file) => suite(file, report));
  const cases = suites.reduce((sum, each) => sum + each.tests, 0);
  const failures = suites.reduce((sum, each) => sum + each.failures, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Plansmith" tests="${cases}" failures="${failures}">\n${suites.map((each) => each.xml).join("")}</testsuites>\n`;
}

function suite(file: string, report: Report): { readonly xml: string; readonly tests: number; readonly failures: number } {
  const review = reviewOf(report);
  const findings = report.findings.filter((each) => each.place?.file === file);
  const lines = new Map<string, Finding[]>(
    review.statements.filter((each) => each.place.file === file).map((each) => [placeInWords(each.place), []]),
  );
  for (const each of findings) lines.set(placeInWords(each.place), [...(lines.get(placeInWords(each.place)) ?? []), each]);
  const cases = [...lines].map(([place, own]) => testCase(file, place, own));
  const failures = [...lines.values()].filter((own) => own.some(fails)).length;
  const xml = `  <testsuite name="${escaped(file)}" tests="${lines.size}" failures="${failures}">\n${cases.join("")}  </testsuite>\n`;
  return { xml, tests: lines.size, failures };
}

function fails(each: Finding): boolean {
  return each.severity !== "note";
}

function testCase(file: string, place: string, findings: readonly Finding[]): string {
  const name = `    <testcase classname="${escaped(file)}" name="${escaped(place)}"`;
  if (findings.length === 0) return `${name}/>\n`;
  const bad = findings.filter(fails);
  const text = (some: readonly Finding[]) =>
    escaped(
      some
        .map((each) =>
          [`${each.severity} ${each.rule} ${each.id}: ${each.message}`, each.help ?? "", ...each.safer]
            .filter((line) => line !== "")
            .join("\n"),
        )
        .join("\n\n"),
    );
  const failure =
    bad.length === 0 ? "" : `<failure message="${escaped(bad[0]!.message)}" type="${escaped(bad[0]!.rule)}">${text(bad)}</failure>`;
  const notes = findings.filter((each) => !fails(each));
  return `${name}>${failure}${notes.length === 0 ? "" : `<system-out>${text(notes)}</system-out>`}</testcase>\n`;
}

function escaped(text: string): string {
  return harmless(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
