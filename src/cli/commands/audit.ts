import { Command, Flags } from "@oclif/core";
import { budgetFlags, configFlag, outputFlags, proofFlags, readingFlags, storeFlag, targetFlag, urlArgument } from "../flags.ts";

export default class Audit extends Command {
  static override summary = "Advise on a PostgreSQL workload, with proof";
  static override description =
    `Reads statements, schema and statistics in read-only transactions, proposes indexes, and proves each in an embedded planner that holds the schema and statistics and none of the rows. Changes nothing on the server.

Exit codes: 0 done, 1 something at or above --fail-on, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> postgres://plansmith@db.example/shop",
    "<%= config.bin %> <%= command.id %> --snapshot snapshot.json.gz --format markdown -o report.md",
    "<%= config.bin %> <%= command.id %> postgres://plansmith@db.example/shop --copy-url postgres://me@staging.example/shop",
    "<%= config.bin %> <%= command.id %> --schema schema.sql --statements queries.sql",
    "<%= config.bin %> <%= command.id %> postgres://plansmith@db.example/shop --json --fail-on 5",
  ];
  static override args = urlArgument;
  static override flags = {
    snapshot: Flags.string({ helpValue: "FILE", description: "A snapshot saved by `collect`, instead of a server" }),
    schema: Flags.string({ helpValue: "FILE", description: "DDL to run in the embedded PostgreSQL, instead of a server" }),
    statements: Flags.string({ helpValue: "FILE", description: "SQL statements to advise on, instead of pg_stat_statements" }),
    "skip-invalid": Flags.boolean({ description: "Go on without statements of the file that do not parse; the report lists them" }),
    ...configFlag,
    ...readingFlags,
    ...budgetFlags,
    ...proofFlags,
    ...outputFlags,
    ...storeFlag,
    ...targetFlag,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Audit);
    const { loadConfig } = await import("../../config/load.ts");
    const { auditSource, makeAuditInput } = await import("../make-input.ts");
    const { reportRun } = await import("../report-run.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    if (Object.keys(config.rules).length > 0) await checkRules(config.rules);
    const input = makeAuditInput(await auditSource(args.url, flags), flags, config);
    return reportRun(input, flags, config);
  }
}

async function checkRules(options: Readonly<Record<string, Readonly<Record<string, number>>>>): Promise<void> {
  const { checkRuleOptions } = await import("../../config/rule-options.ts");
  const { listRules } = await import("../../wire.ts");
  checkRuleOptions(options, await listRules());
}
