import { Args, Command } from "@oclif/core";

export default class CleanCopy extends Command {
  static override summary = "Drop what a killed audit has left on a copy";
  static override description =
    "An audit with --copy-url writes down each index before it builds it, and drops it at the end. Where it was killed, this drops what is still there; the next audit on the copy does it as well. Nothing that Plansmith has not made is touched.";
  static override examples = ["<%= config.bin %> <%= command.id %> postgres://me@staging.example/shop"];
  static override args = { url: Args.string({ required: true, description: "postgres://user@host:port/database of the copy" }) };

  override async run(): Promise<number> {
    const { args } = await this.parse(CleanCopy);
    const { connectionUrl } = await import("../read-flags.ts");
    const { cleanCopy } = await import("../../wire-planners.ts");
    const dropped = await cleanCopy(connectionUrl(args.url) ?? args.url);
    this.log(dropped.length === 0 ? "Nothing of Plansmith's is on this copy." : dropped.map((each) => `dropped ${each}`).join("\n"));
    return 0;
  }
}
