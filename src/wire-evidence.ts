import { join } from "node:path";
import type { AuditInput } from "./config/audit-input.ts";
import type { Planner } from "./contract/planner.ts";
import type { Report } from "./domain/report.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import { AdvisorError } from "./errors.ts";
import type { Evidence } from "./evidence/choose-evidence.ts";
import type { Packed } from "./evidence/find-packed.ts";
import type { EvidencePack } from "./evidence/pack.ts";
import type { BoundStatement, Replayed } from "./evidence/run-proof.ts";
import type { Hooks } from "./wire.ts";

export interface PackInput {
  /** Id of a recommendation or of a tuning advice, or its beginning. */
  readonly recommendation: string;
  readonly report: Report;
  readonly snapshotPath: string;
  /** The file that the audit took its statements from, when it did. */
  readonly statementsFile?: string;
  readonly directory: string;
  readonly planner?: AuditInput["planner"];
}

/** Writes the folder that proves one recommendation again, and gives what it holds in words. */
export async function makePack(input: PackInput, hooks: Hooks): Promise<{ readonly statements: number; readonly asReported: number }> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const { group } = await import("./group/group.ts");
  const { evidenceOf } = await import("./evidence/choose-evidence.ts");
  const { findPacked } = await import("./evidence/find-packed.ts");
  const { subsetSnapshot } = await import("./evidence/subset-snapshot.ts");
  const { packFiles } = await import("./evidence/pack.ts");
  const { packedPlan, runProof } = await import("./evidence/run-proof.ts");
  const { openPackFolder, writePack } = await import("./evidence/write-pack.ts");
  const { saveSnapshot } = await import("./collect/saved-source.ts");
  const { openPlannerFor } = await import("./wire-planners.ts");
  const { advisorVersion } = await import("./wire.ts");

  const { report } = input;
  const found = findPacked(report, input.recommendation);
  const parser = await openParser();
  try {
    const whole = await snapshotOf(input, report, parser, hooks);
    const evidence = evidenceOf(found, report, await group(whole, parser));
    const snapshot = subsetSnapshot(whole, evidence.relations, {
      statements: evidence.families.flatMap((family) => family.statements),
      otherTexts: [...evidence.rewritten.values()],
    });
    await openPackFolder(input.directory);
    const source = { kind: "snapshot", path: input.snapshotPath } as const;
    // The embedded planner is the same on every machine: others may plan the pack differently.
    const planner = await openPlannerFor(
      { source, planner: input.planner ?? "shadow", statementTimeoutMs: 60_000 },
      snapshot,
      hooks.signal,
    );
    try {
      const statements = await boundStatements(evidence, snapshot, planner);
      const proved = await runProof(planner, evidence, statements);
      const packed = proved.map(({ statement, before, after }) => ({
        ...statement,
        before: packedPlan(before),
        after: packedPlan(after),
        reported: evidence.reported.get(statement.family) ?? null,
      }));
      await saveSnapshot(join(input.directory, packFiles.snapshot), snapshot);
      await writePack(
        input.directory,
        {
          format: 2,
          advisorVersion: await advisorVersion(),
          planner: planner.description,
          production: snapshot.server.versionNumber,
          collectedAt: snapshot.collectedAt,
          recommendation: subjectOf(found),
          changes: evidence.changes,
          changesBefore: evidence.changesBefore,
          trial: evidence.trial,
          statements: packed,
        },
        proved,
      );
      return { statements: packed.length, asReported: packed.filter(isAsReported).length };
    } finally {
      await planner.close();
    }
  } finally {
    await parser.close();
  }
}

type Parser = Awaited<ReturnType<typeof import("./syntax/parse-sql.ts")["openParser"]>>;

async function snapshotOf(input: PackInput, report: Report, parser: Parser, hooks: Hooks): Promise<Snapshot> {
  const { savedSource } = await import("./collect/saved-source.ts");
  const snapshot = await savedSource(input.snapshotPath).read(hooks);
  if (snapshot.collectedAt !== report.generatedAt)
    throw new AdvisorError(
      "INPUT_INVALID",
      `The report was made from a snapshot of ${report.generatedAt}, not of ${snapshot.collectedAt}.`,
      {
        hint: "Audit the saved snapshot: plansmith audit --snapshot FILE --json -o report.json",
      },
    );
  if (input.statementsFile === undefined) return snapshot;
  const { readStatementsFile } = await import("./collect/statements-file.ts");
  const { statements } = await readStatementsFile(parser, input.statementsFile);
  return { ...snapshot, statements };
}

/** What the pack calls itself, and the SQL of its change. */
function subjectOf(found: Packed): EvidencePack["recommendation"] {
  const { id, title, apply, undo } = found.kind === "recommendation" ? found.recommendation : found.advice;
  return { id, title, apply, undo };
}

/** The binding that stands for each statement: the first that can be planned, as in an audit. */
async function boundStatements(
  { families, rewritten }: Pick<Evidence, "families" | "rewritten">,
  snapshot: Snapshot,
  planner: Planner,
): Promise<BoundStatement[]> {
  const { bindParameters } = await import("./group/bind-parameters.ts");
  const { substituteParameters } = await import("./syntax/parameters.ts");
  const known = families.filter((family) => family.examples.length === 0);
  const bound = await bindParameters({ families: known, skipped: [] }, snapshot, (sql) => planner.parameterTypes(sql));
  const examplesOf = new Map([...families, ...bound.families].map((family) => [family.id, family.examples]));
  const statements: BoundStatement[] = [];
  for (const { id } of families) {
    for (const { kind, sql, values } of examplesOf.get(id) ?? []) {
      const outcome = await planner.plan(sql, { show: [], hide: [] }, { generic: kind === "generic" });
      if (outcome.kind === "failed") continue;
      const text = rewritten.get(id);
      const sqlAfter = text === undefined ? sql : substituteParameters(text, ({ number }) => values[number] ?? null);
      statements.push({ family: id, binding: kind, sql, sqlAfter });
      break;
    }
  }
  return statements;
}

/** A planner of another version, or a subset that lost something, shows here. */
function isAsReported({
  before,
  after,
  reported,
}: {
  before: { cost: number };
  after: { cost: number };
  reported: { costBefore: number; costAfter: number } | null;
}) {
  const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(0.02, Math.abs(b) * 0.01);
  return reported !== null && near(before.cost, reported.costBefore) && near(after.cost, reported.costAfter);
}

/** The proof of a pack, run again on the embedded planner or the one named. */
export async function replayPack(directory: string, hooks: Hooks, planner: AuditInput["planner"] = "shadow"): Promise<readonly Replayed[]> {
  const { packFiles } = await import("./evidence/pack.ts");
  const { replay } = await import("./evidence/run-proof.ts");
  const { readPack } = await import("./evidence/write-pack.ts");
  const { savedSource } = await import("./collect/saved-source.ts");
  const { openPlannerFor } = await import("./wire-planners.ts");
  const pack = await readPack(directory);
  const path = join(directory, packFiles.snapshot);
  const snapshot = await savedSource(path).read(hooks);
  const opened = await openPlannerFor({ source: { kind: "snapshot", path }, planner, statementTimeoutMs: 60_000 }, snapshot, hooks.signal);
  try {
    return await replay(opened, pack);
  } finally {
    await opened.close();
  }
}
