import { Command, Flags } from "@oclif/core";
import { configFlag } from "../flags.ts";

export default class Calibrate extends Command {
  static override summary = "Measure how fast a server checks, builds and rewrites, for the durations of `review`";
  static override description =
    `Fills temporary tables on the server that --url names, times checks, index builds and rewrites of them, and saves the rates to the configuration file. It loads that server for the time given: use one like production, or production at a quiet hour. It asks first, takes no server from PG* variables alone, and leaves nothing behind.`;
  static override examples = ["<%= config.bin %> <%= command.id %> --url postgres://me@staging.example/shop"];
  static override flags = {
    url: Flags.string({ required: true, helpValue: "URL", description: "postgres://user@host:port/database to measure" }),
    time: Flags.string({ helpValue: "TIME", description: "Longest that it may take [default: 30s]" }),
    size: Flags.string({ helpValue: "SIZE", description: "Size of the temporary table; four times that is needed [default: 64MB]" }),
    yes: Flags.boolean({ description: "Do not ask" }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Calibrate);
    const { calibrateRun } = await import("../calibrate-run.ts");
    return calibrateRun(flags, (line) => this.log(line));
  }
}
