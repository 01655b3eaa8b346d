import { Command, Flags } from "@oclif/core";
import { configFlag, storeFlag, targetFlag } from "../flags.ts";

export default class History extends Command {
  static override summary = "List the reports of a store";
  static override description =
    `Each with its id, which \`compare\` takes, its database, its time and its main figures; newest first. Reads the store and changes nothing.

Exit codes: 0 done, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> --store ./plansmith-store",
    "<%= config.bin %> <%= command.id %> --target shop-replica --limit 5 --json",
  ];
  static override flags = {
    ...storeFlag,
    ...targetFlag,
    ...configFlag,
    limit: Flags.string({ helpValue: "N", description: "Reports at most [default: 30]" }),
    json: Flags.boolean({ description: "JSON on stdout" }),
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(History);
    const { loadConfig } = await import("../../config/load.ts");
    const { wholeNumber } = await import("../read-flags.ts");
    const { checkedPlace } = await import("../../wire-store.ts");
    const { listHistory } = await import("../../wire-history.ts");
    const { historyJson, historyText } = await import("../history-text.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    const limit = wholeNumber("limit", flags.limit, 1) ?? 30;
    const place = { place: checkedPlace(flags.store ?? config.store) };
    const reports = await listHistory(place, { limit, ...(flags.target === undefined ? {} : { target: flags.target }) });
    this.log(flags.json ? historyJson(reports ?? []) : historyText(reports));
    return 0;
  }
}
