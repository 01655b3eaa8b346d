import { plural } from "../domain/units.ts";
import type { CounterExample, ShownResult, TestSummary, Verdict } from "../equivalence/verdict.ts";

/** A verdict for a terminal. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.verdict) {
    case "proved":
      return [
        `Proved: rule ${verdict.by} makes the second statement from the first, and no test tells them apart.`,
        ...(verdict.assumptions.length > 0 ? ["It takes for granted:", ...verdict.assumptions.map((each) => `  ${each}`)] : []),
        ...testLines(verdict.tests),
      ].join("\n");
    case "tested":
      return ["Tested: no difference found. This is evidence, not proof.", ...testLines(verdict.tests)].join("\n");
    case "different":
      return ["Different.", ...exampleLines(verdict.counterExample)].join("\n");
    case "unsupported":
      return `Unsupported: ${verdict.reason}`;
    default:
      return verdict satisfies never;
  }
}

function testLines(tests: TestSummary): string[] {
  const { coverage, mutation } = tests;
  return [
    `  ${plural(tests.databases, "database")}, ${tests.nonEmpty} with rows in the result, seed ${tests.seed}`,
    ...(coverage === null || coverage.cases === 0
      ? []
      : [`  ${coverage.seen} of ${coverage.cases} cases of their conditions and joins seen`]),
    ...(coverage !== null && coverage.unseen.length > 0 ? [`  not seen, where it can be at all: ${coverage.unseen.join("; ")}`] : []),
    ...(mutation === null
      ? []
      : [`  the data tell ${mutation.killed} of ${mutation.mutants} single changes of the first statement from it`]),
    ...(mutation !== null && mutation.survivors.length > 0 ? [`  not told apart: ${mutation.survivors.join("; ")}`] : []),
    ...tests.warnings.map((warning) => `  warning: ${warning}`),
  ];
}

function exampleLines(example: CounterExample): string[] {
  return [example.explanation, "", example.script, "", `before: ${resultText(example.before)}`, `after:  ${resultText(example.after)}`];
}

/** Rows on one line each, as psql's unaligned output. */
function resultText(result: ShownResult): string {
  if (result.kind === "error") return `ERROR ${result.sqlState ?? ""}: ${result.message}`;
  const rows = result.rows.map((row) => `\n  ${row.map((value) => value ?? "NULL").join(" | ")}`);
  const more = result.rowCount > result.rows.length ? `\n  … ${result.rowCount - result.rows.length} more` : "";
  return `${plural(result.rowCount, "row")} (${result.columns.join(", ")})${rows.join("")}${more}`;
}
