import { Args, Command, Flags } from "@oclif/core";
import { plannerNames } from "../../config/audit-input.ts";
import type { ModelInput } from "../../config/model-input.ts";
import type { Report } from "../../domain/report.ts";
import { auditFlag, configFlag, modelFlags, storeFlag, targetFlag } from "../flags.ts";

export default class Explain extends Command {
  static override summary = "Show one recommendation or tuning advice, pack its evidence, or run a pack's proof again";
  static override description =
    `Without --pack, prints the recommendation or tuning advice in full. With it, writes a folder that proves it on any machine: schema and statistics of the relations involved, statements, change, both plans, versions. --replay runs such a folder's proof and compares.

A pack holds values of rows, in statistics and statements, unless the snapshot was collected with --redact-values.

Exit codes: 0 done, 1 a replay that differs, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> 3f2a9c01b2d4 --report report.json",
    "<%= config.bin %> <%= command.id %> 3f2a9c01b2d4 --audit last --store ./plansmith-store",
    "<%= config.bin %> <%= command.id %> 3f2a9c01b2d4 --report report.json --snapshot snapshot.json.gz --pack evidence",
    "<%= config.bin %> <%= command.id %> --replay evidence",
  ];
  static override args = { id: Args.string({ description: "Id of a recommendation or of a tuning advice, or its beginning" }) };
  static override flags = {
    report: Flags.string({ helpValue: "FILE", description: "The report, written by `audit --json`" }),
    ...auditFlag,
    ...storeFlag,
    ...targetFlag,
    snapshot: Flags.string({ helpValue: "FILE", description: "The snapshot that the report was made from" }),
    statements: Flags.string({ helpValue: "FILE", description: "The statements that the audit was given, when it was" }),
    pack: Flags.string({ helpValue: "DIR", description: "Write an evidence pack into this new folder" }),
    replay: Flags.string({
      helpValue: "DIR",
      description: "Run the proof of this evidence pack again",
      exclusive: ["pack", "report", "audit", "snapshot"],
    }),
    planner: Flags.string({
      options: plannerNames.filter((name) => name !== "hypopg"),
      description: "Who plans [default: shadow, the embedded one, which is the same everywhere]",
    }),
    model: Flags.string({
      helpValue: "NAME",
      description:
        "A language model that words it: openai:<name>, local:<directory>, pgml:<name>; a claim that the evidence does not bear out is not shown",
      exclusive: ["pack", "replay"],
    }),
    "model-url": modelFlags["model-url"],
    json: Flags.boolean({ description: "JSON on stdout" }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Explain);
    const { AdvisorError } = await import("../../errors.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const { makePack, replayPack } = await import("../../wire-evidence.ts");
    const planner = plannerNames.find((name) => name === flags.planner);
    const interrupt = listenForInterrupt();
    const hooks = { signal: interrupt.signal, onProgress: () => {} };
    try {
      if (flags.replay !== undefined) {
        const { replayText } = await import("../replay-text.ts");
        const replayed = await replayPack(flags.replay, hooks, planner);
        this.log(flags.json ? JSON.stringify(replayed, null, 2) : replayText(replayed));
        return replayed.every((each) => each.same) ? 0 : 1;
      }
      if (args.id === undefined || (flags.report === undefined && flags.audit === undefined))
        throw new AdvisorError("INPUT_INVALID", "Say which recommendation of which report.", {
          hint: "plansmith explain ID --report report.json, or --audit last for the store's; ids are in the report.",
        });
      const { loadConfig } = await import("../../config/load.ts");
      const { chooseReport } = await import("../../wire-report.ts");
      const config = await loadConfig(process.cwd(), flags.config);
      const { report: file, audit, target } = flags;
      const report = await chooseReport({ file, audit, target, store: flags.store ?? config.store });
      if (flags.pack === undefined) {
        const { modelInput } = await import("../../config/model-input.ts");
        // Naming the model here is asking for its words; one that is configured for audits is not asked by surprise.
        const model = flags.model === undefined ? null : modelInput({ model: flags.model, url: flags["model-url"] }, config);
        const { worded, notes } = await reportInWords(report, args.id, model, interrupt.signal);
        for (const note of notes) this.logToStderr(`plansmith: ${note}`);
        this.log(await recommendationText(worded, args.id, flags.json));
        return 0;
      }
      if (flags.snapshot === undefined)
        throw new AdvisorError("INPUT_INVALID", "--pack needs the snapshot that the report was made from.", {
          hint: "Collect first, then audit the file: plansmith collect URL -o snapshot.json.gz; plansmith audit --snapshot snapshot.json.gz --json -o report.json",
        });
      const made = await makePack(
        {
          recommendation: args.id,
          report,
          snapshotPath: flags.snapshot,
          ...(flags.statements === undefined ? {} : { statementsFile: flags.statements }),
          directory: flags.pack,
          ...(planner === undefined ? {} : { planner }),
        },
        hooks,
      );
      this.log(
        flags.json
          ? JSON.stringify({ directory: flags.pack, ...made })
          : `${flags.pack}: ${made.statements} statements, ${made.asReported} with the report's costs. Run again: plansmith explain --replay ${flags.pack}`,
      );
      return 0;
    } finally {
      interrupt.end();
    }
  }
}

/** The report with that recommendation in the model's words, and what to say of words that are not shown. */
async function reportInWords(report: Report, id: string, model: ModelInput | null, signal: AbortSignal) {
  if (model === null) return { worded: report, notes: [] };
  const { AdvisorError } = await import("../../errors.ts");
  const { findNamed } = await import("../../saved-report/find-named.ts");
  const { oneLine } = await import("../../render/safe-text.ts");
  const { wordRecommendation } = await import("../../wire-model.ts");
  const only = findNamed(report, id);
  if ("proof" in only)
    throw new AdvisorError("INPUT_INVALID", `"${id}" is a tuning advice: only recommendations are put into a model's words.`, {
      hint: "Leave out --model.",
    });
  const { explanation, refused } = await wordRecommendation(report, only, model, signal);
  const recommendations = report.recommendations.map((each) => (each.id === only.id ? { ...each, explanation } : each));
  const isTemplate = explanation.writtenBy === "template";
  const notes = isTemplate ? [`the words of ${model.name} are not shown: ${refused.join("; ")}.`] : [];
  return { worded: { ...report, recommendations }, notes: notes.map(oneLine) };
}

/** The report cut down to one recommendation. */
async function recommendationText(report: Report, id: string, json: boolean) {
  const { findNamed } = await import("../../saved-report/find-named.ts");
  const { renderReport } = await import("../../render/index.ts");
  const { wantsColor } = await import("../report-run.ts");
  const only = findNamed(report, id);
  if (json) return JSON.stringify(only, null, 2);
  const isAdvice = "proof" in only;
  const tuning = { advice: isAdvice ? [only] : [], refused: [], unread: [] };
  const cut = { ...report, recommendations: isAdvice ? [] : [only], rejected: [], skipped: [], gaps: [], findings: [], tuning };
  return renderReport(cut, "terminal", { color: wantsColor(), width: process.stdout.columns ?? 80 });
}
