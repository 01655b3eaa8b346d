import { Command } from "@oclif/core";
import { budgetFlags, modelFlags, outputFlags, proofFlags } from "../flags.ts";

export default class Demo extends Command {
  static override summary = "Audit a sample database, with nothing installed";
  static override description =
    `Boots an embedded PostgreSQL, makes an ML platform's database (model registry, metrics, feature store), runs a workload on it, and audits it. Needs no server and no network.`;
  static override examples = ["<%= config.bin %> <%= command.id %>", "<%= config.bin %> <%= command.id %> --format markdown -o demo.md"];
  static override flags = { ...budgetFlags, retrieval: proofFlags.retrieval, ...modelFlags, ...outputFlags };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Demo);
    const { demoConfig } = await import("../../config/config.ts");
    const { makeAuditInput } = await import("../make-input.ts");
    const { reportRun } = await import("../report-run.ts");
    return reportRun(makeAuditInput({ kind: "demo" }, flags, demoConfig), flags, demoConfig);
  }
}
