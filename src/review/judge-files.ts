import type { Finding } from "../domain/report.ts";
import type { JudgedFinding, JudgeInput, Judgement, MigrationStatement } from "../judge/judgement.ts";
import type { MigrationFile } from "../migrations/read-migration.ts";
import { undefinedThings } from "./beyond-scratch.ts";
import type { KnownStatement } from "./cause.ts";
import { finding, reviewChecks } from "./finding.ts";
import { placeOf } from "./impact-findings.ts";
import { type Observation, observedOf } from "./observe.ts";
import type { Run } from "./run-files.ts";

/** A judgement with everything else known about the new statements, in the order they run. */
export interface Judged {
  readonly judgement: Judgement;
  readonly known: readonly KnownStatement[];
}

/** What the judge needs beside the statements, their state before and what was observed. */
export type JudgeSettings = Omit<JudgeInput, "statements" | "catalog" | "runner" | "observed">;

/** Hands the statements to the judge. Where the schema is known, earlier files are in it; by text alone they move the state on. */
export function judgeFiles(
  files: readonly MigrationFile[],
  run: Run,
  judge: (input: JudgeInput) => Judgement,
  settings: JudgeSettings,
): Judged {
  const statements: MigrationStatement[] = [];
  const observations = new Map<number, Observation>();
  for (const file of files) {
    if (!file.isNew && run.catalog !== null) continue;
    const seen = run.observations.get(file) ?? [];
    for (const [position, { sql, node, line, column }] of file.statements.entries()) {
      const observation = seen[position];
      if (observation?.ran) observations.set(statements.length, observation);
      statements.push({ file: file.path, line, column, sql, node, runner: file.runner, ...(file.isNew ? {} : { context: true }) });
    }
  }
  const observed = new Map([...observations].flatMap(([at, each]) => asEntry(at, observedOf(each))));
  const runner = files.find((file) => file.isNew)?.runner ?? plainRunner;
  const judgement = judge({ ...settings, statements, catalog: run.catalog, runner, observed });
  const effects = new Map(judgement.effects.map((effect) => [effect.statement, effect]));
  const known = statements.flatMap((statement, at) =>
    statement.context ? [] : [{ statement, observation: observations.get(at) ?? null, effect: effects.get(at) ?? null }],
  );
  return { judgement, known };
}

const plainRunner = { name: "plain", wrapsInTransaction: false, canRunOutsideTransaction: true, outsideTransaction: null };

function asEntry<T>(at: number, value: T | null): [number, T][] {
  return value === null ? [] : [[at, value]];
}

/**
 * Statements that PostgreSQL refused in the scratch database. One that only misses what an earlier refused statement would have
 * made is a consequence, and one about which a rule already says as much needs no second finding.
 */
export function refusals(known: readonly KnownStatement[], judgement: Judgement, ranOn: string): Finding[] {
  const findings: Finding[] = [];
  const said = new Set(
    judgement.findings
      .filter((each) => each.severity === "error")
      .map((each) => `${each.place?.file}:${each.place?.line}:${each.place?.column}`),
  );
  let failedBefore = false;
  for (const each of known) {
    const error = each.observation?.error;
    if (!error) continue;
    const consequence = failedBefore && undefinedThings.includes(error.sqlState);
    failedBefore = true;
    const { file, line, column } = placeOf(each);
    if (consequence || said.has(`${file}:${line}:${column}`)) continue;
    findings.push(
      finding({
        check: reviewChecks.failsToApply,
        place: { file, line, column },
        message: `PostgreSQL refuses it: ${error.message} (SQLSTATE ${error.sqlState}, ${ranOn})`,
        key: `${error.sqlState} ${each.statement.sql}`,
      }),
    );
  }
  return findings;
}

/** Rules whose finding is about the same harm as evidence from the workload: it takes the evidence in. */
const takesEvidence: Readonly<Record<string, RegExp>> = {
  [reviewChecks.statementBreaks.id]: /^migration\/(drop-(column|table|schema|cascade|column-in-use)|rename-|set-schema)/,
  [reviewChecks.dropIndexInUse.id]: /^migration\/(drop-index-in-use|drop-column-drops-index)$/,
  [reviewChecks.planGetsWorse.id]: /^migration\/type-change-drops-statistics$/,
  [reviewChecks.indexNotUsed.id]: /^migration\/(redundant-index|index-not-used-by-workload)$/,
};

/** One finding per cause: evidence joins the rule's finding on the same statement where there is one. */
export function withEvidence(judged: readonly JudgedFinding[], evidence: readonly Finding[]): Finding[] {
  const joined = new Map<JudgedFinding, Finding>();
  const alone = evidence.filter((each) => {
    const home = judged.find((one) => samePlace(one, each) && takesEvidence[each.rule]?.test(one.rule));
    if (!home) return true;
    const known = joined.get(home) ?? home;
    const safer = known.safer.length === 0 ? each.safer : known.safer;
    const help = safer === each.safer && each.safer.length > 0 ? each.help : known.help;
    joined.set(home, {
      ...known,
      message: `${known.message}. ${each.message}`,
      ...(help === undefined ? {} : { help }),
      safer,
      severity: worse(known.severity, each.severity),
    });
    return false;
  });
  return [...judged.map((each) => joined.get(each) ?? each), ...alone];
}

function samePlace(a: Finding, b: Finding): boolean {
  return (
    a.place !== null &&
    b.place !== null &&
    a.place.file === b.place.file &&
    a.place.line === b.place.line &&
    a.place.column === b.place.column
  );
}

function worse(a: Finding["severity"], b: Finding["severity"]): Finding["severity"] {
  const order = ["note", "warning", "error"] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))]!;
}
