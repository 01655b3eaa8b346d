import { z } from "zod";
import { latestMajor } from "../domain/postgres.ts";
import { parseBytes, parseDuration } from "./sizes.ts";

const count = z.number().int();
const bytes = z.union([count.min(0), z.string().transform(toUnit(parseBytes, "a size such as 500MB"))]);
const rate = z.number().positive();
const duration = z.union([count.min(1), z.string().transform(toUnit(parseDuration, "a duration such as 30s or 2min"))]);

/** Keys, limits, defaults and words of plansmith.config.json. The flags' defaults come from here as well. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("Ignored; for editors"),
  top: count.min(1).max(100_000).default(500).describe("Statements with the most total time to look at"),
  minCalls: count.min(0).default(1).describe("Leave statements called less often alone"),
  includeSchemas: z.array(z.string()).default([]).describe("Only these schemas; empty means every user schema"),
  excludeSchemas: z.array(z.string()).default([]).describe("Not these schemas"),
  maxIndexes: count.min(0).nullable().default(10).describe("New indexes at most; null means no limit"),
  maxGrowthPercent: z
    .number()
    .min(0)
    .nullable()
    .default(10)
    .describe("New indexes' size in percent of the database (left at its default: at least 64 MB); null means no limit"),
  maxBytes: bytes.nullable().default(null).describe("New indexes' size together, as bytes or like 500MB; null means no limit"),
  maxPerTable: count.min(0).nullable().default(null).describe("New indexes on one table at most; null means no limit"),
  maxBuildTimeMs: duration
    .nullable()
    .default(null)
    .describe("Estimated time to build all new indexes, in ms or like 30min; null means no limit"),
  goal: z
    .enum(["balanced", "smallest", "fastest"])
    .default("balanced")
    .describe("What a set of indexes is for: fastest spends the budget, smallest keeps 90 % of what balanced saves"),
  withValues: z.boolean().default(false).describe("Print literals of statements in the report"),
  redactValues: z.boolean().default(false).describe("Leave most common values and histogram bounds unread"),
  statementTimeoutMs: duration.default(10_000).describe("Longest single query on the server, in ms or like 30s"),
  timeBudgetMs: duration.nullable().default(null).describe("Stop proving after this long, in ms or like 2min; null means until done"),
  readEnds: z.boolean().default(true).describe("Read the least and greatest value of indexed columns, as the planner does"),
  sampleRows: z
    .boolean()
    .default(false)
    .describe("Read up to 30,000 rows of each table, so that indexes on expressions and GIN, GiST and SP-GiST are estimated from rows"),
  cacheDirectory: z.string().nullable().optional().describe("Where the shadow planner keeps its boot template; null keeps none"),
  store: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Where reports are kept for comparison and search: a folder, or postgres://… with pgvector; null keeps none"),
  retrieval: z.boolean().default(true).describe("Compare statements with proven cases: what helped there is proposed, and proved, here"),
  embedding: z
    .strictObject({
      backend: z
        .enum(["local", "server", "pgml", "words"])
        .default("local")
        .describe("local directory, OpenAI-compatible server, PostgresML, or words alone without a model"),
      model: z.string().min(1).default("access-shape").describe("A name in the models directory, a path, or the server's name for it"),
      url: z.string().optional().describe("The server's API with its version, or PostgresML's database; never production's by default"),
      keyVariable: z.string().default("PLANSMITH_EMBEDDING_KEY").describe("Environment variable that holds the server's key"),
      device: z.enum(["auto", "cpu", "gpu"]).default("auto").describe("Where a local model runs"),
      precision: z.enum(["fp32", "q8"]).default("fp32").describe("Weights of a local model"),
    })
    .prefault({})
    .describe("What says how alike two statements are: backend (local, server, pgml, words), model, url, keyVariable, device, precision"),
  model: z
    .strictObject({
      name: z.string().default("none").describe("openai:<name>, local:<directory>, pgml:<name>, or none"),
      url: z.string().optional().describe("Address of the server's API with its version, or of PostgresML's database"),
      keyVariable: z.string().default("PLANSMITH_MODEL_KEY").describe("Environment variable that holds the server's key"),
      statements: count.min(1).max(1_000).default(8).describe("Statements it is asked about, those with most to gain first"),
      rounds: count.min(1).max(10).default(3).describe("Questions about one statement"),
      tokens: count.min(1_000).default(60_000).describe("Prompts and answers together"),
      timeMs: duration.default(300_000).describe("Longest wait for it in all, in ms or like 5min"),
      words: z.boolean().default(false).describe("Let it write the explanations; what it says wrong is not shown"),
    })
    .prefault({})
    .describe(
      "A language model that proposes where rules found little: name, url, keyVariable, statements, rounds, tokens, timeMs, words (docs/models.md)",
    ),
  format: z
    .enum(["terminal", "markdown", "html", "json"])
    .optional()
    .describe("Report format when neither a flag nor the file's name says one"),
  failOn: z
    .union([z.enum(["none", "any"]), z.number().min(0).max(100)])
    .default("none")
    .describe("Exit 1 on: none, any, or a recommendation that saves this percentage of the workload's cost"),
  levels: z
    .record(z.string(), z.enum(["off", "note", "warning", "error"]))
    .default({})
    .describe("Rule id, then its level in a review of migrations: off, note, warning or error"),
  review: z
    .strictObject({
      migrations: z.array(z.string()).default([]).describe("Files and folders of migrations"),
      runner: z.string().optional().describe("Tool that applies them, when path and text do not show it"),
      postgres: count.min(10).max(latestMajor).optional().describe("Major version of production, when no snapshot says it"),
      placeholders: z.record(z.string(), z.string()).default({}).describe("Values of template placeholders"),
      commands: z
        .array(
          z.strictObject({
            files: z.string().transform(toPattern),
            run: z.array(z.string()).min(1),
            runner: z.string().optional(),
          }),
        )
        .default([])
        .describe("Commands that print the SQL of migrations in code; they run only with --run-commands"),
      failOn: z.enum(["none", "error", "warning", "note"]).default("error").describe("Exit 1 at this level or above"),
      maxSnapshotAge: z.string().default("30d").describe("Older snapshots are reported as stale"),
      machine: z
        .strictObject({
          measured: z.string().optional().describe("Where the rates come from, for the report"),
          megabytesPerSecond: z.strictObject({
            scan: rate,
            "foreign-key-check": rate.optional(),
            "index-build": rate.optional(),
            rewrite: rate.optional(),
            "rewrite-index": rate.optional(),
            update: rate.optional(),
          }),
        })
        .optional()
        .describe("Speed of production's machine, for durations: plansmith calibrate writes it"),
    })
    .prefault({})
    .describe("How migrations are reviewed: see docs/review.md"),
  hardware: z
    .strictObject({
      memory: bytes.nullable().default(null).describe("Memory of the database machine, as bytes or like 64GB"),
      storage: z.enum(["hdd", "ssd", "nvme", "network"]).nullable().default(null).describe("What the data lies on"),
      cpus: count.min(1).nullable().default(null).describe("Cores of the database machine"),
    })
    .prefault({})
    .describe("What no query tells of the database machine: memory, storage (hdd, ssd, nvme, network), cpus"),
  rules: z
    .record(z.string(), z.record(z.string(), z.number()))
    .default({})
    .describe("Rule id, then option, then value: see plansmith rules"),
});

/** A configuration with every default filled in. */
export type Config = z.output<typeof configSchema>;

/** What holds when no file says otherwise. */
export const defaultConfig: Config = configSchema.parse({});

/**
 * What `plansmith demo` runs with. A configuration file is about the user's database, not about this one: its tables start
 * with hardly any index, so there is room for one of each kind, and few enough bytes that the choice matters.
 */
export const demoConfig: Config = { ...defaultConfig, maxIndexes: 18, maxGrowthPercent: null, maxBytes: 32 * 1024 * 1024 };

/** One line per key of the configuration file, for documentation and `--help`. */
export function configTable(): { readonly key: string; readonly default: string; readonly doc: string }[] {
  const defaults: Readonly<Record<string, unknown>> = defaultConfig;
  return Object.entries(configSchema.shape)
    .filter(([key]) => key !== "$schema")
    .map(([key, schema]) => ({ key, default: key in defaults ? JSON.stringify(defaults[key]) : "", doc: schema.description ?? "" }));
}

/** What a key does, in the words of the configuration table. */
export function keyDoc(key: keyof Config): string {
  return configSchema.shape[key].description ?? "";
}

/** The text of a regular expression, as it is written. */
function toPattern(text: string, context: z.core.$RefinementCtx<string>): string {
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    context.addIssue({ code: "custom", message: `expected a regular expression: ${error instanceof Error ? error.message : text}` });
    return z.NEVER;
  }
}

function toUnit(parse: (text: string) => number | null, wanted: string) {
  return (text: string, context: z.core.$RefinementCtx<string>): number => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: "custom", message: `expected ${wanted}` });
    return z.NEVER;
  };
}
