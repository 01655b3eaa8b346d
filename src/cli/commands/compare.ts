import { Args, Command, Flags } from "@oclif/core";
import { configFlag, storeFlag, targetFlag } from "../flags.ts";

export default class Compare extends Command {
  static override summary = "Say what changed between reports of one database";
  static override description =
    `New and vanished statements, those that became slower or faster, other plans, bloat, and whether advice that was followed paid as promised.

A report is a file written by \`audit --json\`, an id of the store, \`last\` or \`previous\`. Without any, the last report is compared with the one before it; with one, the last with that. Several are a history: the last of them is compared with those before. Reports of the store bring the history before them, which tells a change from noise.

Exit codes: 0 done, 1 a regression under --fail-on-regression, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> monday.json tuesday.json",
    "<%= config.bin %> <%= command.id %> previous last --store ./plansmith-store",
    "<%= config.bin %> <%= command.id %> 12 --target shop-replica --format markdown -o changes.md",
    "<%= config.bin %> <%= command.id %> reports/*.json --fail-on-regression",
  ];
  static override strict = false;
  static override args = {
    earlier: Args.string({ description: "File, id, `previous` or `last`; more may follow, oldest first [default: previous]" }),
    later: Args.string({ description: "The same [default: last]" }),
  };
  static override flags = {
    ...storeFlag,
    ...targetFlag,
    ...configFlag,
    format: Flags.string({ options: ["terminal", "markdown", "json"], description: "Format [default: terminal, or by the ending of -o]" }),
    json: Flags.boolean({ description: "Short for --format json; stdout has nothing else" }),
    output: Flags.string({ char: "o", helpValue: "FILE", description: "Write to a file instead of stdout" }),
    "fail-on-regression": Flags.boolean({
      description: "Exit 1 when a statement is slower, a plan worse, or advice that was followed did harm",
    }),
  };

  override async run(): Promise<number> {
    const { argv, flags } = await this.parse(Compare);
    const { loadConfig } = await import("../../config/load.ts");
    const { compareRun } = await import("../compare-run.ts");
    return compareRun(argv.map(String), flags, await loadConfig(process.cwd(), flags.config));
  }
}
