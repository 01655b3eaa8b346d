import { Command, Flags } from "@oclif/core";
import { configFlag, modelFlags } from "../flags.ts";

export default class Models extends Command {
  static override summary = "List models: what is there, what runs them, whether they answer";
  static override description =
    `Lists the models directory with each file held against its manifest, the devices that a local model would run on and why others would not, and what is configured. --check asks the configured models one question, --bench measures them. Nothing is downloaded.

Exit codes: 0 done, 1 a file is changed or missing, or a check failed, 2 wrong usage, 3 could not finish.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --check --model openai:qwen2.5-coder --model-url http://localhost:11434/v1",
    "<%= config.bin %> <%= command.id %> --bench --model local:./my-model",
  ];
  static override flags = {
    check: Flags.boolean({ description: "Ask the configured models one question" }),
    bench: Flags.boolean({ description: "Measure tokens and texts per second; includes --check" }),
    model: modelFlags.model,
    "model-url": modelFlags["model-url"],
    json: Flags.boolean({ description: "Everything as JSON; stdout has nothing else" }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Models);
    const { loadConfig } = await import("../../config/load.ts");
    const { modelInput } = await import("../../config/model-input.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const { modelsText } = await import("../models-text.ts");
    const { reportModels } = await import("../../wire-models.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    const language = modelInput({ model: flags.model, url: flags["model-url"] }, config);
    const interrupt = listenForInterrupt();
    try {
      const report = await reportModels({
        language,
        embedding: config.retrieval ? config.embedding : null,
        check: flags.check || flags.bench,
        bench: flags.bench,
        environment: process.env,
        signal: interrupt.signal,
      });
      this.log(flags.json ? JSON.stringify(report, null, 2) : modelsText(report));
      const isBroken = report.models.some(({ state }) => state === "changed" || state === "missing");
      const failed = [report.language, report.embedding].some((each) => each?.check?.ok === false || each?.bench?.ok === false);
      return isBroken || failed ? 1 : 0;
    } finally {
      interrupt.end();
    }
  }
}
