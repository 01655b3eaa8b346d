import { Command, Flags } from "@oclif/core";
import { bytes, plural } from "../../domain/units.ts";
import { configFlag, readingFlags, urlArgument } from "../flags.ts";

export default class Collect extends Command {
  static override summary = "Save what an audit needs, to advise elsewhere";
  static override description =
    `Reads what \`audit\` reads and saves it, readable by its owner only. A snapshot holds values that statistics hold (most common values, histogram bounds) unless --redact-values leaves them out.`;
  static override examples = ["<%= config.bin %> <%= command.id %> postgres://plansmith@db.example/shop -o snapshot.json.gz"];
  static override args = urlArgument;
  static override flags = {
    output: Flags.string({ char: "o", helpValue: "FILE", required: true, description: "Snapshot file; compressed when it ends in .gz" }),
    ...configFlag,
    ...readingFlags,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Collect);
    const { loadConfig } = await import("../../config/load.ts");
    const { makeCollectInput } = await import("../make-input.ts");
    const { connectionUrl } = await import("../read-flags.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const { showProgress } = await import("../progress.ts");
    const { openOutput } = await import("../write-output.ts");

    const config = await loadConfig(process.cwd(), flags.config);
    const input = makeCollectInput({ url: connectionUrl(args.url), outputPath: flags.output }, flags, config);
    // Tells at once when the file could not be written; the snapshot itself is written with mode 0600.
    await (await openOutput(flags.output)).discard();

    const progress = showProgress(process.stderr, { silent: false, now: Date.now });
    const interrupt = listenForInterrupt();
    try {
      const { runCollect } = await import("../../wire.ts");
      const saved = await runCollect(input, { onProgress: progress.onProgress, signal: interrupt.signal });
      progress.end();
      this.log(
        `Saved ${plural(saved.statementCount, "statement")} and ${plural(saved.relationCount, "relation")} to ${saved.path} (${bytes(saved.bytes)}, mode 0600).`,
      );
      this.log(
        input.redactValues
          ? "Values of rows were left out: plans that depend on how values are spread are less certain."
          : "It holds values of rows, as statistics do: treat it as sensitive, or use --redact-values.",
      );
      for (const gap of saved.gaps) this.log(`Gap: ${gap.what}: ${gap.why}${gap.remedy === null ? "" : `\n  ${gap.remedy}`}`);
      this.log(`Next: plansmith audit --snapshot ${saved.path}`);
      return 0;
    } finally {
      progress.end();
      interrupt.end();
    }
  }
}
