import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { z } from "zod";
import { AdvisorError } from "../errors.ts";
import { type Config, defaultConfig } from "./config.ts";
import { variablesOf } from "./environment.ts";
import { type Destination, type FleetFile, fleetKeysAt, fleetSchema, type TargetFile } from "./fleet-schema.ts";
import { closest } from "./suggest.ts";

/** One database of a fleet, every default filled in, no variable of the environment read. */
export interface FleetTarget {
  readonly name: string;
  /** With `${NAME}`: see `expand`. */
  readonly url: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly jitterMs: number;
  readonly timeoutMs: number;
  /** Further tries after one that failed. */
  readonly retries: number;
  /** Before the first of them; each later one waits twice as long. */
  readonly retryDelayMs: number;
  /** What happens to a time that passed while nothing ran. */
  readonly missed: "once" | "skip";
  readonly config: Config;
  readonly proof: TargetProof;
  readonly destinations: readonly FleetDestination[];
}
/** What the flags of `audit` say and no key of its configuration does; URLs with `${NAME}`. */
export interface TargetProof {
  readonly planner?: string | undefined;
  readonly shadowUrl?: string | undefined;
  readonly copyUrl?: string | undefined;
  readonly copyTimeout?: string | undefined;
  readonly copyIsVouchedFor?: boolean | undefined;
  readonly log?: readonly string[] | undefined;
}
export interface FleetDestination {
  /** The same as long as the entry of the file is: what was delivered is remembered by it. Holds no secret. */
  readonly key: string;
  readonly destination: Destination;
  /** Whether it hears that runs fail, and that they work again. Standard output never does: the log is beside it. */
  readonly notifyFailures: boolean;
}
export interface Fleet {
  readonly path: string;
  readonly name: string;
  readonly concurrency: number;
  readonly store: string | null;
  readonly state: string | null;
  readonly targets: readonly FleetTarget[];
  /** Variables that the file refers to, sorted. */
  readonly variables: readonly string[];
}

/** A run may take this long when nobody says otherwise: ten times what a large workload took (docs/benchmarks.md). */
const usual = { cron: "0 3 * * *", timeZone: "UTC", jitterMs: 0, timeoutMs: 1_800_000, retries: 2, retryDelayMs: 60_000 };

/** Reads a fleet file. Throws CONFIG_INVALID that names the file, the target, the key and what to write. */
export async function loadFleet(path: string): Promise<Fleet> {
  if (/\.ya?ml$/i.test(extname(path)))
    throw new AdvisorError("CONFIG_INVALID", `"${path}" is YAML; a fleet file is JSON, as the configuration file is.`, {
      hint: "Convert it: yq -o json fleet.yaml > fleet.json",
    });
  const file = resolve(path);
  try {
    return parseFleet(await readFile(file, "utf8"), path, file);
  } catch (cause) {
    if (cause instanceof AdvisorError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code; // readFile rejects with a system error
    throw new AdvisorError("CONFIG_INVALID", `Cannot read fleet file "${path}" (${code ?? "unknown error"}).`, {
      hint: "Name an existing, readable JSON file with --config; docs/fleets.md has an example.",
      cause,
    });
  }
}

/** A fleet from the text of a file; `name` is what messages call it. */
export function parseFleet(text: string, name: string, path: string = name): Fleet {
  let raw: unknown;
  try {
    raw = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new AdvisorError("CONFIG_INVALID", `"${name}" is not valid JSON: ${(cause as SyntaxError).message}`, {
      hint: "Write plain JSON without comments; docs/fleets.md has an example.",
      cause,
    });
  }
  const parsed = fleetSchema.safeParse(raw);
  if (!parsed.success) {
    const { issues } = parsed.error;
    // A misspelt key is why another one is missing.
    throw invalid(issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!, raw, name);
  }
  const file = parsed.data;
  const targets = file.targets.map((target) => targetOf(target, file));
  checkNames(targets, name);
  checkSecrets(targets, file, name);
  const variables = [...new Set(variablesOf(JSON.stringify(file)))].sort();
  return { path, name: file.name, concurrency: file.concurrency, store: file.store, state: file.state, targets, variables };
}

function targetOf(target: TargetFile, { defaults }: FleetFile): FleetTarget {
  const { planner, shadowUrl, copyUrl, copyTimeout, copyIsVouchedFor, log, ...keys } = { ...defaults.audit, ...target.audit };
  return {
    name: target.name,
    url: target.url,
    cron: target.cron ?? defaults.cron ?? usual.cron,
    timeZone: target.timeZone ?? defaults.timeZone ?? usual.timeZone,
    jitterMs: target.jitter ?? defaults.jitter ?? usual.jitterMs,
    timeoutMs: target.timeout ?? defaults.timeout ?? usual.timeoutMs,
    retries: target.retries ?? defaults.retries ?? usual.retries,
    retryDelayMs: target.retryDelay ?? defaults.retryDelay ?? usual.retryDelayMs,
    missed: target.missed ?? defaults.missed ?? "once",
    config: { ...defaultConfig, ...keys },
    proof: { planner, shadowUrl, copyUrl, copyTimeout, copyIsVouchedFor, log },
    destinations: (target.deliver ?? defaults.deliver ?? []).map((destination) => {
      const { notifyFailures, ...place } = destination;
      return {
        key: `${place.to}-${createHash("sha256").update(JSON.stringify(place)).digest("hex").slice(0, 12)}`,
        destination,
        notifyFailures: place.to !== "stdout" && (notifyFailures ?? target.notifyFailures ?? defaults.notifyFailures ?? true),
      };
    }),
  };
}

function checkNames(targets: readonly FleetTarget[], name: string): void {
  const seen = new Set<string>();
  for (const target of targets) {
    // File names of some systems do not tell cases apart.
    if (seen.has(target.name.toLowerCase()))
      throw new AdvisorError("CONFIG_INVALID", `Two targets of ${name} are called "${target.name}".`, { hint: "Give each its own name." });
    seen.add(target.name.toLowerCase());
    const keys = target.destinations.map((each) => each.key);
    if (new Set(keys).size < keys.length)
      throw new AdvisorError("CONFIG_INVALID", `Target "${target.name}" in ${name} delivers twice to the same place.`, {
        hint: "Leave one of the two equal entries of deliver out.",
      });
  }
}

/** A file that is read by many and kept in version control holds no password. */
function checkSecrets(targets: readonly FleetTarget[], { store }: FleetFile, name: string): void {
  const refuse = (where: string) =>
    new AdvisorError("CONFIG_INVALID", `${where} in ${name} holds a password.`, {
      hint: "Put the URL into a variable of the environment and write ${NAME} instead.",
    });
  const holdsPassword = (text: string | undefined) => text !== undefined && /^[a-z0-9+.-]+:\/\/[^/\s@]*:(?!\$\{)[^/\s@]+@/i.test(text);
  if (store !== null && holdsPassword(store)) throw refuse(`"store"`);
  for (const { name: target, url, proof, destinations } of targets) {
    if (holdsPassword(url) || /[?&]password=(?!\$\{)/i.test(url)) throw refuse(`"url" of target "${target}"`);
    if (holdsPassword(proof.shadowUrl) || holdsPassword(proof.copyUrl)) throw refuse(`A URL of "audit" of target "${target}"`);
    for (const { destination } of destinations) {
      if (destination.to === "email" && holdsPassword(destination.smtp)) throw refuse(`"smtp" of target "${target}"`);
      if (destination.to === "webhook" && holdsPassword(destination.url)) throw refuse(`"url" of a webhook of target "${target}"`);
    }
  }
}

function invalid(issue: z.core.$ZodIssue, raw: unknown, name: string): AdvisorError {
  const where = placeOf(issue.path, raw);
  if (issue.code === "unrecognized_keys") {
    const unknown = issue.keys[0]!;
    const destination = valueAt(raw, [...issue.path, "to"]);
    const known = fleetKeysAt(issue.path, typeof destination === "string" ? destination : undefined) ?? [];
    const near = closest(unknown, known);
    return new AdvisorError("CONFIG_INVALID", `Unknown key "${unknown}" in ${where === "" ? name : `${where} of ${name}`}.`, {
      hint: near === null ? `Known keys: ${known.join(", ")}.` : `Did you mean "${near}"?`,
    });
  }
  const missing = issue.path.length > 0 && valueAt(raw, issue.path) === undefined;
  const words = missing ? "is missing" : `is wrong: ${reason(issue)}`;
  return new AdvisorError("CONFIG_INVALID", `${where === "" ? name : `${where} of ${name}`} ${words}.`, {
    hint: "docs/fleets.md lists every key with an example.",
  });
}

/** `targets[1] ("shop").deliver[0].url`. */
function placeOf(path: readonly PropertyKey[], raw: unknown): string {
  return path
    .map((step, at) => {
      if (typeof step !== "number") return `${at === 0 ? "" : "."}${String(step)}`;
      const called = path[at - 1] === "targets" ? valueAt(raw, [...path.slice(0, at + 1), "name"]) : undefined;
      return typeof called === "string" ? `[${step}] ("${called.slice(0, 63)}")` : `[${step}]`;
    })
    .join("");
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function reason(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union" && issue.errors.length === 0) return `expected one of file, stdout, webhook, email, command`;
  if (issue.code !== "invalid_union") return issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "");
  return issue.errors
    .flatMap((alternative) => alternative.slice(0, 1).map((each) => reason(each)))
    .filter((each, position, all) => all.indexOf(each) === position)
    .join(", or ");
}
