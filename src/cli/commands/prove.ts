import { Command, Flags } from "@oclif/core";
import type { Verdict } from "../../equivalence/verdict.ts";
import { configFlag, urlArgument } from "../flags.ts";

/** Default of --time-budget: searching longer finds little more (docs/benchmarks.md). */
const usualBudget = "8s";

export default class Prove extends Command {
  static override summary = "Judge whether one statement may stand for another";
  static override description =
    `Runs both statements on many small databases, made from the schema's own constraints and from the statements' own predicates, in an embedded PostgreSQL. Reads the schema of a server, a snapshot or a file; runs neither statement on the server.

Verdicts: proved (a rewrite rule vouches for the pair and no test tells them apart), tested (no test tells them apart: evidence, not proof), different (with a counter-example to run), unsupported (with the reason).

Exit codes: 0 proved or tested, 1 different, 2 wrong usage, 3 unsupported or could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> --before old.sql --after new.sql --schema schema.sql",
    "<%= config.bin %> <%= command.id %> --before old.sql --after new.sql postgres://plansmith@db.example/shop --json",
  ];
  static override args = urlArgument;
  static override flags = {
    before: Flags.string({ helpValue: "FILE", required: true, description: "The statement as it is; - reads standard input" }),
    after: Flags.string({ helpValue: "FILE", required: true, description: "The statement that may stand for it" }),
    snapshot: Flags.string({ helpValue: "FILE", description: "A snapshot saved by `collect`, instead of a server" }),
    schema: Flags.string({ helpValue: "FILE", description: "DDL to run in the embedded PostgreSQL, instead of a server" }),
    seed: Flags.string({ helpValue: "N", description: "Makes the same databases again [default: 1]" }),
    "time-budget": Flags.string({
      helpValue: "SECONDS",
      description: `How long to look for a difference; also 500ms, 2min [default: ${usualBudget}]`,
    }),
    "rows-only": Flags.boolean({ description: "Compare rows alone, not names and types of columns" }),
    json: Flags.boolean({ description: "The verdict as JSON; stdout has nothing else" }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Prove);
    const { loadConfig } = await import("../../config/load.ts");
    const { makeAuditInput, schemaSource } = await import("../make-input.ts");
    const { duration, sqlFile, wholeNumber } = await import("../read-flags.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const { showProgress } = await import("../progress.ts");
    const { verdictText } = await import("../verdict-text.ts");

    const config = await loadConfig(process.cwd(), flags.config);
    const reading = makeAuditInput(await schemaSource(args.url, flags), {}, config);
    const pair = {
      before: await sqlFile("before", flags.before),
      after: await sqlFile("after", flags.after),
      seed: wholeNumber("seed", flags.seed, 0) ?? 1,
      budgetMs: duration("time-budget", inSeconds(flags["time-budget"] ?? usualBudget)) ?? 0,
      rowsOnly: flags["rows-only"],
    };
    const progress = showProgress(process.stderr, { silent: flags.json, now: Date.now });
    const interrupt = listenForInterrupt();
    try {
      const { runProve } = await import("../../wire.ts");
      const verdict = await runProve(reading, pair, { onProgress: progress.onProgress, signal: interrupt.signal });
      progress.end();
      this.log(flags.json ? JSON.stringify(allFields(verdict), null, 2) : verdictText(verdict));
      return exitCodes[verdict.verdict];
    } finally {
      progress.end();
      interrupt.end();
    }
  }
}

const exitCodes = { proved: 0, tested: 0, different: 1, unsupported: 3 } as const;

/** A budget is a matter of seconds: a bare number means those. */
function inSeconds(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? `${text}s` : text;
}

/** Every field in every answer, null where it does not apply, so that a reader need not know the verdicts' shapes. */
function allFields(verdict: Verdict) {
  const { verdict: word, ...rest } = verdict;
  return { verdict: word, by: null, assumptions: [], reason: null, counterExample: null, tests: null, ...rest };
}
