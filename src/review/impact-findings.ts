import { relationKey } from "../domain/postgres.ts";
import type { Finding } from "../domain/report.ts";
import type { NewIndexUse, PlanChange, WorkloadImpact } from "../domain/review.ts";
import { bytes, change as changeInWords, cost, grouped, plural } from "../domain/units.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { BetterIndex } from "./better-index.ts";
import { causeOf, type KnownStatement } from "./cause.ts";
import { finding, type ReviewCheck, reviewChecks } from "./finding.ts";

export interface ImpactVerdict {
  readonly findings: readonly Finding[];
  /** The impact with the statement that caused each change. */
  readonly impact: WorkloadImpact;
}

/** A statement that costs this much more, in all, is no longer a matter of taste. Our choice. */
const severeRatio = 10;
const severeCost = 1_000;
const shownStatements = 3;

/** One finding per statement of the migration and kind of harm; a rule's own finding of the same harm takes it as evidence instead. */
export function judgeImpact(
  impact: WorkloadImpact,
  families: readonly QueryFamily[],
  statements: readonly KnownStatement[],
  better: ReadonlyMap<string, BetterIndex>,
): ImpactVerdict {
  const byId = new Map(families.map((family) => [family.id, family]));
  const groups = new Map<string, { check: ReviewCheck; cause: KnownStatement | null; changes: PlanChange[] }>();
  const changes = impact.changes.map((change) => {
    const cause = causeOf(change, byId.get(change.family), statements);
    const check = checkOf(change, cause);
    if (check) {
      const key = `${check.id} ${cause ? statements.indexOf(cause) : -1}`;
      const group = groups.get(key) ?? { check, cause, changes: [] };
      group.changes.push(change);
      groups.set(key, group);
    }
    return { ...change, causedBy: cause ? placeOf(cause) : null };
  });
  const newIndexes = impact.newIndexes.map((use) => {
    const maker = statements.find((each) =>
      each.effect?.changes.some(
        (one) =>
          one.kind === "create-index" && (one.name === use.index.name || one.name === null) && one.relation.name === use.relation.name,
      ),
    );
    return { use: { ...use, place: maker ? placeOf(maker) : null }, maker };
  });
  const indexes = newIndexes.flatMap(({ use, maker }) => indexFinding(use, maker, better.get(relationKey(use.index)) ?? null));
  return {
    findings: [...[...groups.values()].map(findingOf), ...indexes],
    impact: { ...impact, changes, newIndexes: newIndexes.map(({ use }) => use) },
  };
}

/** A new index that no statement uses, or that another one would serve better than. A unique one is there for what it forbids. */
function indexFinding(use: NewIndexUse, maker: KnownStatement | undefined, better: BetterIndex | null): Finding[] {
  if (!maker || use.triedCount === 0) return [];
  if (maker.effect?.changes.some((one) => one.kind === "create-index" && one.unique)) return [];
  const instead = better && {
    help: `This one takes ${plural(better.helped, "statement")} from cost ${cost(better.costBefore)} to ${cost(better.costAfter)} (${changeInWords(better.costBefore, better.costAfter)}, estimated, all calls), for about ${bytes(better.bytes)}`,
    safer: [better.sql],
  };
  const shared = { place: placeOf(maker), key: maker.statement.sql };
  const tried = `${use.triedCount === 1 ? "one known statement" : plural(use.triedCount, "known statement")} on ${use.relation.name}`;
  if (use.usedBy.length === 0) {
    const message = `No plan of the ${tried} uses index ${use.index.name} (estimated in the shadow)`;
    return [
      finding({
        ...shared,
        check: reviewChecks.indexNotUsed,
        message,
        help: "Leave it out, or add the statement that needs it to this change",
        ...instead,
      }),
    ];
  }
  if (!instead) return [];
  const message = `Of the ${tried}, ${use.usedBy.length} ${use.usedBy.length === 1 ? "uses" : "use"} index ${use.index.name}, and another index saves more`;
  return [finding({ ...shared, check: reviewChecks.betterIndex, message, ...instead })];
}

function checkOf(change: PlanChange, cause: KnownStatement | null): ReviewCheck | null {
  if (change.effect === "breaks") return reviewChecks.statementBreaks;
  if (change.effect === "better") return null;
  const dropped = new Set((cause?.observation?.dropped ?? []).map((index) => index.name));
  return change.indexesBefore.some((index) => dropped.has(index)) ? reviewChecks.dropIndexInUse : reviewChecks.planGetsWorse;
}

function findingOf(group: { check: ReviewCheck; cause: KnownStatement | null; changes: readonly PlanChange[] }): Finding {
  const { check, cause, changes } = group;
  const severe = changes.some(
    (each) =>
      (each.costAfter ?? 0) >= severeCost &&
      (each.costAfter ?? 0) >= severeRatio * (each.costBefore ?? 0) &&
      (each.costAfterAnalyze ?? Number.POSITIVE_INFINITY) > severeCost,
  );
  return finding({
    check,
    place: cause ? placeOf(cause) : null,
    message: `${verdict(check, changes)}: ${changes.slice(0, shownStatements).map(changeWords).join("; ")}${changes.length > shownStatements ? `; and ${changes.length - shownStatements} more` : ""}`,
    help: helpOf(check, changes),
    key: cause?.statement.sql ?? changes.map((each) => each.family).join(),
    ...(severe ? { severity: "error" as const } : {}),
  });
}

function verdict(check: ReviewCheck, changes: readonly PlanChange[]): string {
  const known = changes.map((each) => each.callsPerDay).filter((calls) => calls !== null);
  const calls = known.length === 0 ? "" : ` (${grouped(known.reduce((sum, each) => sum + each, 0))} calls a day)`;
  const count = `${plural(changes.length, "known statement")}${calls}`;
  const one = changes.length === 1;
  if (check === reviewChecks.statementBreaks) return `${count} no longer ${one ? "runs" : "run"} after it`;
  if (check === reviewChecks.dropIndexInUse) {
    const lost = [...new Set(changes.flatMap((each) => each.indexesBefore.filter((index) => !each.indexesAfter.includes(index))))];
    return `${count} ${one ? "loses" : "lose"} index ${lost.join(", ")} (estimated)`;
  }
  return `${count} ${one ? "gets" : "get"} dearer (estimated)`;
}

function changeWords(each: PlanChange): string {
  const sql = each.sql.replaceAll(/\s+/g, " ");
  const short = sql.length > 80 ? `${sql.slice(0, 79)}…` : sql;
  if (each.error) return `${each.error.message} (SQLSTATE ${each.error.sqlState}) in ${short}`;
  const analyzed = each.costAfterAnalyze === null ? "" : `, ${cost(each.costAfterAnalyze)} after ANALYZE`;
  return `cost ${cost(each.costBefore ?? 0)} → ${cost(each.costAfter ?? 0)} (${changeInWords(each.costBefore ?? 0, each.costAfter ?? 0)}${analyzed}) in ${short}`;
}

function helpOf(check: ReviewCheck, changes: readonly PlanChange[]): string {
  if (check === reviewChecks.statementBreaks) return "Deploy code without these statements first, then change the schema";
  if (changes.every((each) => each.costAfterAnalyze !== null && (each.costBefore ?? 0) * 1.1 >= each.costAfterAnalyze))
    return "The column's statistics go with its old type: run ANALYZE right after the change";
  return check === reviewChecks.dropIndexInUse ? "Keep the index, or create its replacement first" : "Look at the plans before and after";
}

export function placeOf({ statement }: KnownStatement) {
  return { file: statement.file, line: statement.line, column: statement.column };
}
