import { Args, Command, Flags } from "@oclif/core";
import { auditFlag, configFlag, storeFlag, targetFlag } from "../flags.ts";

export default class Apply extends Command {
  static override summary = "Write recommendations as migrations in your tool's format, with their undo";
  static override description =
    `Takes a report that \`audit --json\` wrote, or with --audit one of the store, and writes its recommendations as migration files: indexes CONCURRENTLY and outside a transaction, with lock_timeout, ready to be run again after a failure, and the way back. Rewrites of statements are written as suggestions, not as migrations. No file is overwritten, and nothing is run.

With --execute, runs them on the server that --url names, after you have typed the name of its database: each statement by itself, with lock_timeout, again after a lock timeout, and stops at the first failure.

Exit codes: 0 done, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> report.json",
    "<%= config.bin %> <%= command.id %> report.json 3f2a9c01b2d4 --format rails --out db/migrate",
    "<%= config.bin %> <%= command.id %> --audit last --store ./plansmith-store 3f2a9c01b2d4",
    "<%= config.bin %> <%= command.id %> report.json 3f2a9c01b2d4 --execute --url postgres://owner@db.example/shop",
  ];
  static override strict = false;
  static override args = {
    report: Args.string({ description: "The report, written by `audit --json`" }),
    ids: Args.string({ description: "Ids of recommendations or advice, or their beginnings; without any, all recommendations" }),
  };
  static override flags = {
    report: Flags.string({ helpValue: "FILE", description: "The report, when the arguments are ids alone" }),
    ...auditFlag,
    ...storeFlag,
    ...targetFlag,
    ...configFlag,
    format: Flags.string({
      helpValue: "TOOL",
      description:
        "sql, flyway, golang-migrate, dbmate, goose, liquibase, sqitch, prisma, supabase, sqlx, rails, django, alembic, knex, node-pg-migrate or typeorm [default: sql]",
    }),
    out: Flags.string({ helpValue: "DIR", description: "Folder for the files [default: the tool's usual one]; - prints them" }),
    "lock-timeout": Flags.string({
      helpValue: "TIME",
      description: "Longest wait for a lock that others queue behind, at most 1min [default: 5s]",
    }),
    execute: Flags.boolean({ description: "Run the changes on the server of --url, after a typed confirmation" }),
    url: Flags.string({ helpValue: "URL", description: "postgres://user@host:port/database to change; only with --execute" }),
  };

  override async run(): Promise<number> {
    const { argv, flags } = await this.parse(Apply);
    const { AdvisorError } = await import("../../errors.ts");
    const words = argv.map(String);
    const { loadConfig } = await import("../../config/load.ts");
    const { chooseReport } = await import("../../wire-report.ts");
    const file = flags.report ?? (flags.audit === undefined ? words.shift() : undefined);
    const config = await loadConfig(process.cwd(), flags.config);
    const report = await chooseReport({ file, audit: flags.audit, target: flags.target, store: flags.store ?? config.store });
    if (flags.url !== undefined && !flags.execute)
      throw new AdvisorError("INPUT_INVALID", "--url without --execute: nothing is run.", {
        hint: "Add --execute to run the changes there, or leave out --url to write files.",
      });
    const tell = (line: string) => process.stderr.write(`${line}\n`);
    if (flags.execute) {
      const { executeRun } = await import("../execute-run.ts");
      return executeRun(report, words, flags, tell);
    }
    const { writeMigrations } = await import("../apply-run.ts");
    return writeMigrations(report, words, flags, {
      cwd: process.cwd(),
      now: new Date(),
      tell,
      print: (text) => this.log(text),
    });
  }
}
