import { Command, Flags } from "@oclif/core";
import { configFlag } from "../flags.ts";

const usualCharacters = 20_000;

export default class Mcp extends Command {
  static override summary = "Offer audit, explain, rewrite, prove, review and search to a model's client (MCP)";
  static override description =
    `A Model Context Protocol server on standard input and output. Its tools only read, with the same guard rails as the commands; results are cut to --max-result characters and can be read on.

Databases are those that whoever starts it names: --database NAME=VARIABLE, variables such as PLANSMITH_DATABASE_SHOP (then it is "shop"), and "default" by PG* variables. A client names no server of its own unless --allow-url says so. Snapshots are read below --root.`;
  static override examples = [
    "<%= config.bin %> <%= command.id %> --database shop=SHOP_DATABASE_URL",
    "PLANSMITH_DATABASE_SHOP=postgres://plansmith@db.example/shop <%= config.bin %> <%= command.id %>",
  ];
  static override flags = {
    database: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: "NAME=VARIABLE",
      description: "A database by the environment variable that holds its URL; may be repeated",
    }),
    root: Flags.string({ helpValue: "DIR", description: "Folder that snapshots are read from [default: the working directory]" }),
    "allow-url": Flags.boolean({ description: "Let the client give connection URLs: it then reaches whatever this machine reaches" }),
    "max-result": Flags.string({ helpValue: "N", description: `Characters of one answer at most [default: ${usualCharacters}]` }),
    ...configFlag,
  };

  override async run(): Promise<number> {
    const { flags } = await this.parse(Mcp);
    const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
    const { loadConfig } = await import("../../config/load.ts");
    const { createServer } = await import("../../mcp/server.ts");
    const { advisorVersion } = await import("../../wire.ts");
    const { describeError } = await import("../errors.ts");
    const { databasesOf } = await import("../mcp-source.ts");
    const { mcpTools } = await import("../mcp-tools.ts");
    const { wholeNumber } = await import("../read-flags.ts");
    const config = await loadConfig(process.cwd(), flags.config);
    const access = {
      databases: databasesOf(flags.database ?? [], process.env),
      root: flags.root ?? process.cwd(),
      allowUrl: flags["allow-url"],
    };
    const maxCharacters = wholeNumber("max-result", flags["max-result"], 1000) ?? usualCharacters;
    const describe = (error: unknown) => {
      const { message, hint } = describeError(error);
      return `${message ?? "Stopped."}${hint === null ? "" : `\nhint: ${hint}`}`;
    };
    const tools = mcpTools({ access, config, environment: process.env, now: () => new Date() });
    const server = createServer(tools, { version: await advisorVersion(), maxCharacters, describe, now: () => performance.now() });
    const closed = new Promise<void>((done) => {
      server.server.onclose = done;
      // The client ends its server by closing its input.
      process.stdin.once("end", () => void server.close());
    });
    await server.connect(new StdioServerTransport());
    await closed;
    return 0;
  }
}
