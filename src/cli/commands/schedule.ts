import { Command, Flags } from "@oclif/core";

export default class Schedule extends Command {
  static override summary = "Audit many databases at set times and deliver what changed";
  static override description =
    `Reads a fleet file: databases, cron expressions, and where reports go. Runs until it is stopped (SIGTERM or Ctrl-C), or does what is due with --once. Each audit has a process of its own. See docs/fleets.md.

Exit codes: 0 done or stopped, 2 wrong usage, 3 with --once: a run failed or did not reach all its places.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> --config fleet.json",
    "<%= config.bin %> <%= command.id %> --config fleet.json --dry-run",
    "<%= config.bin %> <%= command.id %> --config fleet.json --once --log json",
    "<%= config.bin %> <%= command.id %> --config fleet.json --queue-url postgres://plansmith@queue.example/jobs",
  ];
  static override flags = {
    config: Flags.string({ required: true, helpValue: "FILE", description: "Fleet file (JSON)" }),
    once: Flags.boolean({ description: "Run what is due, and what never ran, then exit: for CI and CronJobs" }),
    "dry-run": Flags.boolean({ description: "Check the file and print each target's next five times; nothing is connected to" }),
    "queue-url": Flags.string({
      helpValue: "URL",
      description: "Share the work with other processes through this PostgreSQL; ${NAME} is read from the environment",
    }),
    log: Flags.string({ options: ["text", "json"], default: "text", description: "Lines of the log, on stderr" }),
    grace: Flags.string({
      helpValue: "TIME",
      description: "How long running audits may still take once it is told to stop [default: 25s]",
    }),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Schedule);
    const { scheduleRun } = await import("../schedule-run.ts");
    return scheduleRun(flags);
  }
}
