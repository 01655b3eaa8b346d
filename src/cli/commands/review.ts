import { Args, Command, Flags } from "@oclif/core";
import { configFlag } from "../flags.ts";

export default class Review extends Command {
  static override summary = "Say what migrations do to production before they are merged";
  static override description =
    `Applies new migrations, statement by statement, in an embedded PostgreSQL that holds production's schema and no rows; tells locks, rewrites, scans, errors, and what becomes of the plans of known statements. Executes nothing anywhere else.

Exit codes: 0 nothing at or above --fail-on, 1 something is, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> migrations/20240501_add_index.sql --schema schema.sql --pg-version 15",
    "<%= config.bin %> <%= command.id %> --base origin/main --snapshot snapshot.json.gz --format markdown",
    "<%= config.bin %> <%= command.id %> --base origin/main --format sarif -o plansmith.sarif",
  ];
  static override strict = false;
  static override args = { paths: Args.string({ description: "Migration files or folders; with --base, where migrations lie" }) };
  static override flags = {
    base: Flags.string({ helpValue: "REF", description: "Review what the working tree adds to this git revision", helpGroup: "WHAT" }),
    snapshot: Flags.string({
      helpValue: "FILE|URL",
      description: "Schema, statistics and statements saved by `collect`; of a URL with PLANSMITH_SNAPSHOT_TOKEN as bearer token",
      helpGroup: "GROUND",
    }),
    "snapshot-command": Flags.string({
      helpValue: "COMMAND",
      description: "Shell command of yours that writes the snapshot to stdout",
      helpGroup: "GROUND",
    }),
    schema: Flags.string({ helpValue: "FILE", description: "Schema before the migrations, as DDL or pg_dump", helpGroup: "GROUND" }),
    statements: Flags.string({ helpValue: "FILE", description: "Known statements, instead of the snapshot's", helpGroup: "GROUND" }),
    "pg-version": Flags.string({ helpValue: "N", description: "Major version of production; a snapshot knows it", helpGroup: "GROUND" }),
    "max-snapshot-age": Flags.string({
      helpValue: "AGE",
      description: "Say so when the snapshot is older, such as 36h or 7d",
      helpGroup: "GROUND",
    }),
    run: Flags.boolean({ allowNo: true, description: "Run the statements in the scratch database [default: yes]", helpGroup: "GROUND" }),
    runner: Flags.string({ helpValue: "NAME", description: "Tool that applies the migrations; else by path and text", helpGroup: "WHAT" }),
    var: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "NAME=VALUE",
      description: "Value of a template placeholder; may be repeated",
      helpGroup: "WHAT",
    }),
    "run-commands": Flags.boolean({
      description: "Run review.commands of the configuration to print SQL: only on branches you trust, never for a fork",
      helpGroup: "WHAT",
    }),
    baseline: Flags.string({ helpValue: "FILE", description: "Accepted findings, which are not reported again", helpGroup: "WHAT" }),
    "update-baseline": Flags.boolean({ description: "Write the findings of this run to the baseline", helpGroup: "WHAT" }),
    format: Flags.string({
      options: ["terminal", "markdown", "json", "sarif", "gitlab", "junit", "github"],
      description: "Report format; else by the ending of -o (.md, .json, .sarif)",
      helpGroup: "OUTPUT",
    }),
    json: Flags.boolean({ description: "Short for --format json; stdout has nothing else", helpGroup: "OUTPUT" }),
    output: Flags.string({
      char: "o",
      helpValue: "FILE",
      description: "Write the report to a file instead of stdout",
      helpGroup: "OUTPUT",
    }),
    "fail-on": Flags.string({
      options: ["none", "error", "warning", "note"],
      description: "Exit 1 on a finding at this level or above [default: error]",
      helpGroup: "OUTPUT",
    }),
    publish: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      options: ["github", "github-check", "gitlab"],
      description:
        "Write one comment on the pull or merge request of this CI run, or edit the one there is; or a check run. May be repeated",
      helpGroup: "OUTPUT",
    }),
    "comment-id": Flags.string({
      helpValue: "ID",
      description: "One comment per id, for several databases [default: default]",
      helpGroup: "OUTPUT",
    }),
    files: Flags.string({
      options: ["github"],
      description: "Read the pull request's files through the API: nothing of it is checked out",
      helpGroup: "WHAT",
    }),
    pull: Flags.string({
      helpValue: "N",
      description: "Number of the pull request, when the CI run's event does not say it",
      helpGroup: "WHAT",
    }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { argv, flags } = await this.parse(Review);
    const { loadConfig } = await import("../../config/load.ts");
    const { reviewRun } = await import("../review-run.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    return reviewRun(argv.map(String), flags, config);
  }
}
