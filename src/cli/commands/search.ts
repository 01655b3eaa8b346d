import { Args, Command, Flags } from "@oclif/core";
import { configFlag, storeFlag } from "../flags.ts";

const usualLimit = 5;

export default class Search extends Command {
  static override summary = "Search proven cases and earlier reports";
  static override description =
    `Takes words, or one SQL statement: a statement is also compared by its access path (operators, kinds of columns, order, limit), so that it finds what helped statements of the same kind under other names. Its tables are guessed from its text; --schema or --snapshot tells them.

Searches the proven cases that come with the program, and the reports that were kept in a store. Reads no server.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> "jsonb containment"',
    `<%= config.bin %> <%= command.id %> "select * from orders where meta ->> 'kind' = 'gift' order by created_at desc limit 20"`,
    '<%= config.bin %> <%= command.id %> "late invoices" --store ./plansmith-store --json',
  ];
  static override args = { query: Args.string({ required: true, description: "Words, or a SQL statement; - reads standard input" }) };
  static override flags = {
    limit: Flags.string({ helpValue: "N", description: `Results at most [default: ${usualLimit}]` }),
    snapshot: Flags.string({ helpValue: "FILE", description: "A snapshot saved by `collect`, for the statement's tables" }),
    schema: Flags.string({ helpValue: "FILE", description: "DDL, for the statement's tables" }),
    json: Flags.boolean({ description: "The results as JSON; stdout has nothing else" }),
    ...storeFlag,
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { args, flags } = await this.parse(Search);
    const { loadConfig } = await import("../../config/load.ts");
    const { makeAuditInput, schemaSource } = await import("../make-input.ts");
    const { searchQuery, wholeNumber } = await import("../read-flags.ts");
    const { listenForInterrupt } = await import("../interrupt.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    const limit = wholeNumber("limit", flags.limit, 1) ?? usualLimit;
    const query = await searchQuery(args.query);
    const named = flags.snapshot !== undefined || flags.schema !== undefined;
    const schema = named ? makeAuditInput(await schemaSource(undefined, flags), {}, config) : null;
    const interrupt = listenForInterrupt();
    try {
      const { runSearch } = await import("../../wire-search.ts");
      const { searchText } = await import("../search-text.ts");
      const result = await runSearch({
        query,
        limit,
        schema,
        embedding: config.embedding,
        store: flags.store ?? config.store,
        ...(config.cacheDirectory === undefined ? {} : { cacheDirectory: config.cacheDirectory }),
        signal: interrupt.signal,
      });
      this.log(flags.json ? JSON.stringify(result, null, 2) : searchText(result, process.stdout.columns ?? 100));
      return 0;
    } finally {
      interrupt.end();
    }
  }
}
