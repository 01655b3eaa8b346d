import { Cron } from "croner";
import { z } from "zod";
import { plannerNames } from "./audit-input.ts";
import { configSchema } from "./config.ts";
import { parseDuration } from "./sizes.ts";

const duration = z.union([
  z.number().int().min(0),
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null) return ms;
    context.addIssue({ code: "custom", message: "expected a duration such as 30s or 5min" });
    return z.NEVER;
  }),
]);
/** It becomes part of file names, so it has nothing that a path could mean. */
const fileNamePart = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, "expected letters, digits, dots, dashes and underscores, 63 at most");
const formats = z.enum(["terminal", "markdown", "html", "json"]);
const argument = z.string().min(1);

/** What paths and commands may name as `{target}`: the target, and the date and time that the run was due, in the target's time zone. */
const placeNames = ["target", "date", "time"] as const;
const template = argument.superRefine((text, context) => {
  const unknown = [...text.matchAll(/(?<!\$)\{(\w+)\}/g)]
    .map(([, name]) => name!)
    .find((name) => !placeNames.some((each) => each === name));
  if (unknown !== undefined)
    context.addIssue({ code: "custom", message: `there is no {${unknown}}; expected ${placeNames.map((name) => `{${name}}`).join(", ")}` });
});

/** Keys of the configuration file that say how a database is audited; a fleet file says them for all targets or for one. */
const auditKeys = [
  "top",
  "minCalls",
  "includeSchemas",
  "excludeSchemas",
  "maxIndexes",
  "maxGrowthPercent",
  "maxBytes",
  "maxPerTable",
  "maxBuildTimeMs",
  "goal",
  "withValues",
  "redactValues",
  "statementTimeoutMs",
  "timeBudgetMs",
  "readEnds",
  "sampleRows",
  "cacheDirectory",
  "hardware",
  "rules",
] as const;

/** Without the defaults of the configuration file: what a target leaves out comes from `defaults`, and only then from those. */
function withoutDefault<Key extends (typeof auditKeys)[number]>(key: Key) {
  const schema = configSchema.shape[key];
  return "unwrap" in schema ? schema.unwrap() : schema;
}

const auditSchema = z.strictObject({
  ...Object.fromEntries(auditKeys.map((key) => [key, withoutDefault(key).optional()])),
  planner: z.enum(plannerNames).optional(),
  shadowUrl: argument.optional(),
  copyUrl: argument.optional(),
  copyTimeout: z.string().optional(),
  copyIsVouchedFor: z.boolean().optional(),
  log: z.array(argument).optional(),
});

/** No default for `notifyFailures`: what a place leaves out is its target's to say. */
const whenToDeliver = { always: z.boolean().default(false), notifyFailures: z.boolean().optional() };
const destinationSchema = z.discriminatedUnion("to", [
  z.strictObject({ to: z.literal("file"), path: template, format: formats.optional(), ...whenToDeliver }),
  z.strictObject({ to: z.literal("stdout"), format: formats.default("terminal"), ...whenToDeliver }),
  z.strictObject({
    to: z.literal("webhook"),
    url: argument,
    payload: z.enum(["slack", "json"]).default("slack"),
    headers: z.record(z.string(), z.string()).default({}),
    timeout: duration.default(15_000),
    retries: z.number().int().min(0).max(20).default(4),
    ...whenToDeliver,
  }),
  z.strictObject({
    to: z.literal("email"),
    smtp: argument,
    from: argument,
    recipients: z.array(argument).min(1),
    attachHtml: z.boolean().default(true),
    timeout: duration.default(30_000),
    retries: z.number().int().min(0).max(20).default(4),
    ...whenToDeliver,
  }),
  z.strictObject({
    to: z.literal("command"),
    command: z.array(template).min(1),
    format: formats.default("html"),
    timeout: duration.default(120_000),
    retries: z.number().int().min(0).max(20).default(2),
    ...whenToDeliver,
  }),
]);

const timing = {
  cron: z.string().superRefine(checkCron).optional(),
  timeZone: z.string().superRefine(checkTimeZone).optional(),
  jitter: duration.optional(),
  timeout: duration.optional(),
  retries: z.number().int().min(0).max(20).optional(),
  retryDelay: duration.optional(),
  missed: z.enum(["once", "skip"]).optional(),
  notifyFailures: z.boolean().optional(),
  audit: auditSchema.optional(),
  deliver: z.array(destinationSchema).optional(),
};

const targetSchema = z.strictObject({
  name: fileNamePart,
  url: z.string().regex(/^(?:postgres(?:ql)?:\/\/|\$\{)/i, "expected postgres://… or ${NAME} of a variable that holds it"),
  ...timing,
});

/** A fleet file: databases, when each is audited, and where the reports go. */
export const fleetSchema = z.strictObject({
  $schema: z.string().optional(),
  // Workers of one name share a queue.
  name: fileNamePart.default("fleet"),
  concurrency: z.number().int().min(1).max(64).default(2),
  store: argument.nullable().default(null),
  state: argument.nullable().default(null),
  defaults: z.strictObject(timing).prefault({}),
  targets: z.array(targetSchema).min(1),
});

export type FleetFile = z.output<typeof fleetSchema>;
export type TargetFile = FleetFile["targets"][number];
/** One place that reports go to. Texts may hold `${NAME}` of the environment and the placeholders of `placeNames`. */
export type Destination = z.output<typeof destinationSchema>;

const destinationKeys = new Map(destinationSchema.options.map((option) => [option.shape.to.value as string, Object.keys(option.shape)]));

/** Keys that a fleet file may have at a place, for "did you mean"; null: there is no object of ours there. */
export function fleetKeysAt(path: readonly PropertyKey[], destination: string | undefined): readonly string[] | null {
  if (path.length === 0) return Object.keys(fleetSchema.shape).filter((key) => key !== "$schema");
  const last = path.at(-1);
  if (last === "audit") return Object.keys(auditSchema.shape);
  if (last === "defaults") return Object.keys(timing);
  if (last === "hardware") return ["memory", "storage", "cpus"];
  if (path.at(-2) === "deliver") return destinationKeys.get(destination ?? "") ?? null;
  return path.at(-2) === "targets" ? Object.keys(targetSchema.shape) : null;
}

/** Five fields and the nicknames (@daily); no seconds: an audit reads a whole server. */
function checkCron(text: string, context: z.core.$RefinementCtx<string>): void {
  try {
    if (new Cron(text, { mode: "5-part", paused: true, timezone: "UTC" }).nextRun() === null)
      context.addIssue({ code: "custom", message: "expected a time that comes; this one never does" });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^\w+: /, "") : "";
    context.addIssue({ code: "custom", message: `expected five cron fields such as "30 2 * * *" (${why})` });
  }
}

function checkTimeZone(text: string, context: z.core.$RefinementCtx<string>): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
  } catch {
    context.addIssue({ code: "custom", message: "expected a time zone such as Europe/Berlin or UTC" });
  }
}
