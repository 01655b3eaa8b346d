import { type AuditInput, type AuditSource, type CollectInput, plannerNames } from "../config/audit-input.ts";
import { type Config, defaultConfig } from "../config/config.ts";
import { modelInput } from "../config/model-input.ts";
import { AdvisorError } from "../errors.ts";
import {
  connectionUrl,
  countOrNone,
  duration,
  durationOrNone,
  existingFile,
  percentOrNone,
  serverUrl,
  sizeOrNone,
  wholeNumber,
} from "./read-flags.ts";

/** What oclif parsed: text, switches, and nothing for flags not given. */
export interface InputFlags {
  readonly snapshot?: string | undefined;
  readonly schema?: string | undefined;
  readonly statements?: string | undefined;
  readonly "skip-invalid"?: boolean | undefined;
  readonly log?: readonly string[] | undefined;
  readonly top?: string | undefined;
  readonly "min-calls"?: string | undefined;
  readonly "include-schema"?: readonly string[] | undefined;
  readonly "exclude-schema"?: readonly string[] | undefined;
  readonly "max-indexes"?: string | undefined;
  readonly "max-growth"?: string | undefined;
  readonly "max-bytes"?: string | undefined;
  readonly "max-per-table"?: string | undefined;
  readonly "max-build-time"?: string | undefined;
  readonly goal?: string | undefined;
  readonly "time-budget"?: string | undefined;
  readonly "with-values"?: boolean | undefined;
  readonly "redact-values"?: boolean | undefined;
  readonly "statement-timeout"?: string | undefined;
  readonly ends?: boolean | undefined;
  readonly "sample-rows"?: boolean | undefined;
  readonly planner?: string | undefined;
  readonly "shadow-url"?: string | undefined;
  readonly retrieval?: boolean | undefined;
  readonly model?: string | undefined;
  readonly "model-url"?: string | undefined;
  readonly "model-words"?: boolean | undefined;
  readonly "copy-url"?: string | undefined;
  readonly "copy-timeout"?: string | undefined;
  readonly "i-know-this-is-a-copy"?: boolean | undefined;
}

const growthFloorBytes = 64 * 1024 * 1024;

/** Flags over configuration over defaults. Throws INPUT_INVALID for what cannot be meant. */
export function makeAuditInput(source: AuditSource, flags: InputFlags, config: Config): AuditInput {
  const model = modelInput({ model: flags.model, url: flags["model-url"], words: flags["model-words"] }, config);
  const growthPercent = given(percentOrNone("max-growth", flags["max-growth"]), config.maxGrowthPercent);
  return {
    source,
    ...(flags.statements === undefined ? {} : { statementsFile: flags.statements }),
    ...(flags["skip-invalid"] ? { skipInvalid: true } : {}),
    ...reading(flags, config),
    maxIndexes: given(countOrNone("max-indexes", flags["max-indexes"]), config.maxIndexes),
    maxGrowth: growthPercent === null ? null : growthPercent / 100,
    // A limit that nobody chose must not refuse the first index of a small database.
    ...(flags["max-growth"] === undefined && growthPercent === defaultConfig.maxGrowthPercent ? { growthFloorBytes } : {}),
    maxBytes: given(sizeOrNone("max-bytes", flags["max-bytes"]), config.maxBytes),
    maxPerTable: given(countOrNone("max-per-table", flags["max-per-table"]), config.maxPerTable),
    maxBuildMs: given(durationOrNone("max-build-time", flags["max-build-time"]), config.maxBuildTimeMs),
    goal: flags.goal === "smallest" || flags.goal === "fastest" || flags.goal === "balanced" ? flags.goal : config.goal,
    withValues: flags["with-values"] ?? config.withValues,
    timeBudgetMs: given(durationOrNone("time-budget", flags["time-budget"]), config.timeBudgetMs),
    ...(config.cacheDirectory === undefined ? {} : { cacheDirectory: config.cacheDirectory }),
    ...proofOf(flags),
    ...((flags.retrieval ?? config.retrieval) ? { embedding: config.embedding } : {}),
    ...(model === null ? {} : { model }),
    hardware: { memoryBytes: config.hardware.memory, storage: config.hardware.storage, cpus: config.hardware.cpus },
    ruleOptions: config.rules,
  };
}

const copyTimeoutMs = 60_000;

function proofOf(flags: InputFlags): Pick<AuditInput, "planner" | "shadowUrl" | "copy"> {
  const planner = plannerNames.find((name) => name === flags.planner);
  const shadowUrl = serverUrl("shadow-url", flags["shadow-url"]);
  const url = serverUrl("copy-url", flags["copy-url"]);
  if (shadowUrl !== undefined && planner !== undefined)
    throw new AdvisorError("INPUT_INVALID", `--shadow-url and --planner ${planner} exclude each other.`, { hint: "Give one of them." });
  if (url === undefined && (flags["copy-timeout"] !== undefined || flags["i-know-this-is-a-copy"]))
    throw new AdvisorError("INPUT_INVALID", "--copy-timeout and --i-know-this-is-a-copy need a copy.", { hint: "Add --copy-url URL." });
  const timeoutMs = duration("copy-timeout", flags["copy-timeout"]) ?? copyTimeoutMs;
  return {
    ...(planner === undefined ? {} : { planner }),
    ...(shadowUrl === undefined ? {} : { shadowUrl }),
    ...(url === undefined ? {} : { copy: { url, isVouchedFor: flags["i-know-this-is-a-copy"] ?? false, timeoutMs } }),
  };
}

/** As for an audit; the file to write is checked by whoever writes it. */
export function makeCollectInput(
  place: { readonly url: string | undefined; readonly outputPath: string },
  flags: InputFlags,
  config: Config,
): CollectInput {
  return { ...(place.url === undefined ? {} : { url: place.url }), outputPath: place.outputPath, ...reading(flags, config) };
}

/** The one source that argument and flags name, with statements to advise on. */
export async function auditSource(url: string | undefined, flags: InputFlags): Promise<AuditSource> {
  if (
    flags.schema !== undefined &&
    flags.snapshot === undefined &&
    url === undefined &&
    flags.statements === undefined &&
    flags.log === undefined
  )
    throw new AdvisorError("INPUT_INVALID", "--schema has no statements to advise on.", {
      hint: "Add --statements FILE with one or more SQL statements, or --log FILE.",
    });
  return schemaSource(url, flags);
}

/** The same, where a schema is all that is asked of it. */
export async function schemaSource(url: string | undefined, flags: InputFlags): Promise<AuditSource> {
  const named = [
    url === undefined ? null : "a URL",
    flags.snapshot === undefined ? null : "--snapshot",
    flags.schema === undefined ? null : "--schema",
  ].filter((each) => each !== null);
  if (named.length > 1)
    throw new AdvisorError("INPUT_INVALID", `Two sources at once: ${named.join(" and ")}.`, {
      hint: "Give a URL, or --snapshot FILE, or --schema FILE with --statements FILE.",
    });
  if (flags.statements !== undefined) await existingFile("statements", flags.statements);
  for (const log of flags.log ?? []) await existingFile("log", log);
  if (flags.snapshot !== undefined) return { kind: "snapshot", path: await existingFile("snapshot", flags.snapshot) };
  if (flags.schema === undefined) {
    const checked = connectionUrl(url);
    return checked === undefined ? { kind: "url" } : { kind: "url", url: checked };
  }
  return { kind: "schema", path: await existingFile("schema", flags.schema) };
}

function reading(flags: InputFlags, config: Config) {
  const includeSchemas = flags["include-schema"] ?? config.includeSchemas;
  const excludeSchemas = flags["exclude-schema"] ?? config.excludeSchemas;
  const both = includeSchemas.find((schema) => excludeSchemas.includes(schema));
  if (both !== undefined)
    throw new AdvisorError("INPUT_INVALID", `Schema "${both}" is both included and excluded.`, {
      hint: "Leave it out of --include-schema or of --exclude-schema.",
    });
  const redactValues = flags["redact-values"] ?? config.redactValues;
  const sampleRows = flags["sample-rows"] ?? config.sampleRows;
  if (redactValues && sampleRows)
    throw new AdvisorError("INPUT_INVALID", "Rows cannot be sampled while values are left out.", {
      hint: "Leave out --sample-rows or --redact-values.",
    });
  return {
    ...(flags.log === undefined ? {} : { logFiles: flags.log }),
    top: wholeNumber("top", flags.top, 1) ?? config.top,
    minCalls: wholeNumber("min-calls", flags["min-calls"], 0) ?? config.minCalls,
    includeSchemas,
    excludeSchemas,
    redactValues,
    statementTimeoutMs: duration("statement-timeout", flags["statement-timeout"]) ?? config.statementTimeoutMs,
    readEnds: flags.ends ?? config.readEnds,
    sampleRows,
  };
}

/** A flag's null means "none" and counts; undefined means the flag was not given. */
function given<T>(flag: T | undefined, configured: T): T {
  return flag === undefined ? configured : flag;
}
