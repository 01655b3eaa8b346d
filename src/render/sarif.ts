import type { Finding, Report } from "../domain/report.ts";
import { harmless } from "./safe-text.ts";

/** GitHub takes 25,000 results a run. */
const mostResults = 25_000;

/** SARIF 2.1.0 for code scanning. Findings without a place in a file have no home there and are left out. */
export function renderSarif(report: Report): string {
  const placed = report.findings.filter((each) => each.place !== null).slice(0, mostResults);
  const ids = [...new Set(placed.map((each) => each.rule))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Plansmith",
            version: report.advisorVersion,
            rules: ids.map((id) => ruleOf(id, placed)),
          },
        },
        columnKind: "unicodeCodePoints",
        results: placed.map((each) => resultOf(each, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const sarifLevel = { error: "error", warning: "warning", note: "note" } as const;

function ruleOf(id: string, findings: readonly Finding[]) {
  const own = findings.filter((each) => each.rule === id);
  const [example] = own;
  // A help that speaks of one place is not the rule's.
  const help = own.every((each) => each.help === example?.help) && own.length > 1 ? example?.help : undefined;
  return {
    id,
    name: id.replace(/^.*\//, "").replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: harmless(example?.title ?? id) },
    help: { text: harmless(help ?? example?.title ?? id) },
  };
}

function resultOf(each: Finding, ids: readonly string[]) {
  const place = each.place ?? { file: "", line: 1, column: 1 };
  return {
    ruleId: each.rule,
    ruleIndex: ids.indexOf(each.rule),
    level: sarifLevel[each.severity],
    message: { text: harmless([each.message, each.help ?? "", ...each.safer].filter((text) => text !== "").join("\n")) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: place.file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" },
          region: { startLine: place.line, startColumn: place.column },
        },
      },
    ],
    partialFingerprints: { "plansmithFinding/v1": each.id },
  };
}
