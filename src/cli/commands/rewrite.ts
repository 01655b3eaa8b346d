import { Args, Command, Flags } from "@oclif/core";
import { AdvisorError } from "../../errors.ts";
import { configFlag } from "../flags.ts";

/** Default of --time-budget: as for `prove`, searching longer finds little more. */
const usualBudget = "8s";

export default class Rewrite extends Command {
  static override summary = "Propose rewrites of one statement, proved equivalent and cheaper";
  static override description =
    `Tries every rewrite rule on the statement, plans each rewrite in the embedded planner with the schema and statistics given, alone and with the index it wants, and judges those that are cheaper: the rule's preconditions are checked in the catalog, and both statements are run on many small databases of hostile rows. Runs nothing on the server.

Only what is proved and cheaper is recommended; the rest is listed with the reason.

Exit codes: 0 done, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    `<%= config.bin %> <%= command.id %> "select id from orders where created_at::date = '2026-11-21'" --schema schema.sql`,
    "<%= config.bin %> <%= command.id %> --file slow.sql postgres://plansmith@db.example/shop",
    "<%= config.bin %> <%= command.id %> --file slow.sql --snapshot snapshot.json.gz --json",
  ];
  static override args = {
    statement: Args.string({ description: "The statement; with --file, the URL stands here" }),
    url: Args.string({ description: "postgres://user@host:port/database; without it, PG* variables and .pgpass as psql reads them" }),
  };
  static override flags = {
    file: Flags.string({ helpValue: "FILE", description: "Read the statement from a file; - reads standard input" }),
    snapshot: Flags.string({ helpValue: "FILE", description: "A snapshot saved by `collect`, instead of a server" }),
    schema: Flags.string({ helpValue: "FILE", description: "DDL to run in the embedded PostgreSQL, instead of a server" }),
    "time-budget": Flags.string({
      helpValue: "SECONDS",
      description: `How long to look for a difference, per rewrite; also 500ms, 2min [default: ${usualBudget}]`,
    }),
    json: Flags.boolean({ description: "Everything as JSON; stdout has nothing else" }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Rewrite);
    const { loadConfig } = await import("../../config/load.ts");
    const { makeAuditInput, schemaSource } = await import("../make-input.ts");
    const { duration, sqlFile } = await import("../read-flags.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const { showProgress } = await import("../progress.ts");
    const { rewriteJson, rewriteText } = await import("../rewrite-text.ts");

    const [sql, url] = await statementAndUrl(args, flags.file, sqlFile);
    const config = await loadConfig(process.cwd(), flags.config);
    const reading = makeAuditInput(await schemaSource(url, flags), {}, config);
    const judgeBudgetMs = duration("time-budget", inSeconds(flags["time-budget"] ?? usualBudget)) ?? 0;
    const progress = showProgress(process.stderr, { silent: flags.json, now: Date.now });
    const interrupt = listenForInterrupt();
    try {
      const { runRewrite } = await import("../../wire-rewrite.ts");
      const run = await runRewrite(reading, sql, { judgeBudgetMs }, { onProgress: progress.onProgress, signal: interrupt.signal });
      progress.end();
      this.log(flags.json ? JSON.stringify(rewriteJson(run), null, 2) : rewriteText(run));
      return run.failures.length > 0 ? 3 : 0;
    } finally {
      progress.end();
      interrupt.end();
    }
  }
}

async function statementAndUrl(
  args: { readonly statement?: string | undefined; readonly url?: string | undefined },
  file: string | undefined,
  read: (flag: string, path: string) => Promise<string>,
): Promise<[sql: string, url: string | undefined]> {
  if (file !== undefined && args.url !== undefined)
    throw new AdvisorError("INPUT_INVALID", "Two statements: one as an argument and one in --file.", { hint: "Give one of them." });
  if (file !== undefined) return [await read("file", file), args.statement];
  if (args.statement === undefined || args.statement.trim() === "")
    throw new AdvisorError("INPUT_INVALID", "There is no statement to rewrite.", { hint: 'Give it as "SELECT …" or with --file FILE.' });
  return [args.statement, args.url];
}

/** A budget is a matter of seconds: a bare number means those. */
function inSeconds(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? `${text}s` : text;
}
