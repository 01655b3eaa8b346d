import { Command } from "@oclif/core";
import { urlArgument } from "../flags.ts";

const marks = { good: "ok     ", partly: "partly ", bad: "missing" };

export default class Doctor extends Command {
  static override summary = "Check what a role may read, and print the grants it lacks";
  static override description = "Exit codes: 0 an audit can run, 1 something it needs is missing, 2 wrong usage, 3 could not connect.";
  static override examples = ["<%= config.bin %> <%= command.id %> postgres://plansmith@db.example/shop"];
  static override args = urlArgument;

  override async run(): Promise<number> {
    const { args } = await this.parse(Doctor);
    const { connectionUrl } = await import("../read-flags.ts");
    const { runDoctor } = await import("../../wire.ts");
    const url = connectionUrl(args.url);
    const checks = await runDoctor(url === undefined ? {} : { url });
    for (const check of checks) {
      const mark = check.ok === true ? marks.good : check.ok === "partly" ? marks.partly : marks.bad;
      this.log(`${mark}  ${check.name}: ${check.found}`);
      if (check.ok === true) continue;
      if (check.missing) this.log(`         without it: ${check.missing}`);
      if (check.remedy) for (const line of check.remedy.split("\n")) this.log(`         ${line}`);
    }
    return checks.some((check) => check.ok === false) ? 1 : 0;
  }
}
