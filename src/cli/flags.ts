import { Args, Flags } from "@oclif/core";
import { plannerNames } from "../config/audit-input.ts";
import { type Config, defaultConfig, keyDoc } from "../config/config.ts";
import { configFileName } from "../config/load.ts";
import { reportFormats } from "../render/index.ts";

/** A flag's words are its configuration key's, with the default that holds when neither is given; a flag says `none` for null. */
function described(key: keyof Config): string {
  const value = defaultConfig[key];
  const words = keyDoc(key).replace(/; null .*$/, "");
  if (value === null) return `${words} [default: none]`;
  return typeof value === "string" || typeof value === "number" ? `${words} [default: ${value}]` : words;
}

// Values are read as text and checked in read-flags.ts, which says what was expected in one line.

export const outputFlags = {
  format: Flags.string({
    options: [...reportFormats],
    description: "Report format; else by the ending of -o (.md, .html, .json)",
    helpGroup: "OUTPUT",
  }),
  json: Flags.boolean({ description: "Short for --format json; stdout has nothing else", helpGroup: "OUTPUT" }),
  output: Flags.string({ char: "o", helpValue: "FILE", description: "Write the report to a file instead of stdout", helpGroup: "OUTPUT" }),
  "fail-on": Flags.string({ helpValue: "none|any|PERCENT", description: described("failOn"), helpGroup: "OUTPUT" }),
  "with-values": Flags.boolean({ description: keyDoc("withValues"), helpGroup: "OUTPUT" }),
  interactive: Flags.boolean({
    allowNo: true,
    description: "Ask at the end which recommendations to expand or to write as migrations [default: at a terminal, not in CI]",
    helpGroup: "OUTPUT",
  }),
};

export const budgetFlags = {
  "max-indexes": Flags.string({ helpValue: "N|none", description: described("maxIndexes"), helpGroup: "BUDGET" }),
  "max-growth": Flags.string({ helpValue: "PERCENT|none", description: described("maxGrowthPercent"), helpGroup: "BUDGET" }),
  "max-bytes": Flags.string({ helpValue: "SIZE|none", description: described("maxBytes"), helpGroup: "BUDGET" }),
  "max-per-table": Flags.string({ helpValue: "N|none", description: described("maxPerTable"), helpGroup: "BUDGET" }),
  "max-build-time": Flags.string({ helpValue: "TIME|none", description: described("maxBuildTimeMs"), helpGroup: "BUDGET" }),
  goal: Flags.string({ options: ["balanced", "smallest", "fastest"], description: described("goal"), helpGroup: "BUDGET" }),
  "time-budget": Flags.string({ helpValue: "TIME|none", description: described("timeBudgetMs"), helpGroup: "BUDGET" }),
};

export const modelFlags = {
  model: Flags.string({
    helpValue: "NAME",
    description:
      "A language model that proposes where rules found little: openai:<name>, local:<directory>, pgml:<name>; docs/models.md says what it is sent [default: none]",
    helpGroup: "PROOF",
  }),
  "model-words": Flags.boolean({
    description: "Let it write the explanations too; what the evidence does not bear out is not shown",
    helpGroup: "PROOF",
  }),
  "model-url": Flags.string({ helpValue: "URL", description: "Where that model is served", helpGroup: "PROOF" }),
};

export const proofFlags = {
  retrieval: Flags.boolean({ allowNo: true, description: keyDoc("retrieval"), helpGroup: "PROOF" }),
  ...modelFlags,
  planner: Flags.string({
    options: [...plannerNames],
    description:
      "Who plans: shadow (embedded PostgreSQL 18), native (a PostgreSQL of production's major installed here), hypopg (on the server) [default: auto, which says what it chose]",
    helpGroup: "PROOF",
  }),
  "shadow-url": Flags.string({
    helpValue: "URL",
    description: "Make the shadow on this disposable, empty server instead, as its superuser",
    helpGroup: "PROOF",
  }),
  "copy-url": Flags.string({
    helpValue: "URL",
    description: "A copy of production, never production: build the chosen indexes there, run the statements, drop the indexes",
    helpGroup: "PROOF",
  }),
  "copy-timeout": Flags.string({
    helpValue: "TIME",
    description: "Longest single run of a statement on the copy [default: 1min]",
    helpGroup: "PROOF",
  }),
  "i-know-this-is-a-copy": Flags.boolean({
    description: "Measure although the system identifier of the copy, or of production, cannot be read",
    helpGroup: "PROOF",
  }),
};

export const readingFlags = {
  log: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "FILE",
    description:
      "A server log (text, csvlog, jsonlog, RDS or Cloud SQL export, .gz) whose slow statements and auto_explain plans give statements and values to bind; may be repeated",
    helpGroup: "READING",
  }),
  top: Flags.string({ helpValue: "N", description: described("top"), helpGroup: "READING" }),
  "min-calls": Flags.string({ helpValue: "N", description: described("minCalls"), helpGroup: "READING" }),
  // Not greedy: `--include-schema app URL` must leave the URL alone.
  "include-schema": Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "NAME",
    description: "Only this schema; may be repeated",
    helpGroup: "READING",
  }),
  "exclude-schema": Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: "NAME",
    description: "Not this schema; may be repeated",
    helpGroup: "READING",
  }),
  "redact-values": Flags.boolean({ description: keyDoc("redactValues"), helpGroup: "READING" }),
  "statement-timeout": Flags.string({ helpValue: "TIME", description: described("statementTimeoutMs"), helpGroup: "READING" }),
  ends: Flags.boolean({ allowNo: true, description: keyDoc("readEnds"), helpGroup: "READING" }),
  "sample-rows": Flags.boolean({ description: keyDoc("sampleRows"), helpGroup: "READING" }),
};

export const storeFlag = {
  store: Flags.string({ helpValue: "FOLDER|URL", description: described("store") }),
};

export const targetFlag = {
  target: Flags.string({
    helpValue: "NAME",
    description: "Name of the database in the store [default: its server's system identifier and its name]",
  }),
};

export const auditFlag = {
  audit: Flags.string({
    helpValue: "ID",
    description: "Instead of a report file, an audit of the store: last, previous, or an id that `history` lists",
  }),
};

export const configFlag = {
  config: Flags.string({ helpValue: "FILE", description: `Configuration file [default: ${configFileName} if there is one]` }),
};

export const urlArgument = {
  url: Args.string({ description: "postgres://user@host:port/database; without it, PG* variables and .pgpass as psql reads them" }),
};
