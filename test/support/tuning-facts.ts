import type { Relation } from "../../src/domain/catalog.ts";
import type { Health, HorizonHolder, RelationMaintenance, SessionCommand } from "../../src/domain/health.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { Hardware } from "../../src/domain/tuning.ts";
import { readTextPlan } from "../../src/logs/text-plan.ts";
import type { Figures } from "./rule-case.ts";
import { unknownNames, withFigures } from "./snapshot-figures.ts";
import type { TuningCase } from "./tuning-case.ts";

/** The moment at which every case is read. */
export const caseTime = new Date("2026-01-01T00:00:00Z");
const dayMs = 86_400_000;

const parts = new Set([
  "context",
  "settings",
  "database",
  "checkpoints",
  "wal",
  "sessions",
  "hardware",
  "holder",
  "command",
  "unread",
  "sampled",
  "vacuum",
]);
const activityKeys = { dead: "deadRows", live: "liveRows", modified: "rowsModifiedSinceAnalyze", seqScans: "sequentialScans" } as const;
const dayKeys = { lastVacuumDays: "lastVacuum", lastAnalyzeDays: "lastAnalyze" } as const;
const maintenanceKeys: Readonly<Record<string, keyof RelationMaintenance>> = {
  xidAge: "frozenXidAge",
  multixactAge: "multixactAge",
  insertsSinceVacuum: "insertsSinceVacuum",
  newPageUpdates: "updatesToNewPage",
  autovacuums: "autovacuums",
  vacuums: "vacuums",
  autoanalyzes: "autoanalyzes",
  toastBytes: "toastBytes",
};
const ownKeys = new Set([
  ...Object.keys(activityKeys),
  ...Object.keys(dayKeys),
  ...Object.keys(maintenanceKeys),
  "replicaIdentity",
  "published",
  "allVisible",
]);

/** The snapshot of the case's schema with the facts that its comments state; what they leave out is a healthy server's. */
export function withFacts(read: Snapshot, given: TuningCase, overrides: ReadonlyMap<string, string>): Snapshot {
  const context = valuesOf(given.facts, "context");
  const countingDays = Number(context.get("countingDays") ?? 30);
  const since = context.get("countingDays") === "unknown" ? null : new Date(caseTime.getTime() - countingDays * dayMs).toISOString();
  const figures = given.facts.filter((each) => !parts.has(each.name) && !/^(sequence|vacuuming) /.test(each.name));
  const plain = figures.map((each) => ({ ...each, values: new Map([...each.values].filter(([key]) => !ownKeys.has(key))) }));
  const unknown = unknownNames(read.catalog, figures);
  if (unknown.length > 0) throw new Error(`facts of ${unknown.join(", ")}, which the schema does not make`);
  const catalog = withFigures(
    read.catalog,
    plain.filter((each) => each.values.size > 0),
  );
  const major = Number(context.get("postgres") ?? 18);
  return {
    ...read,
    collectedAt: caseTime.toISOString(),
    server: {
      ...read.server,
      major,
      versionNumber: major * 10_000,
      countingSince: since,
      standby: context.get("standby") === "yes",
      managedBy: null,
      databaseBytes: numberOf(context.get("databaseBytes")),
    },
    catalog: { ...catalog, relations: catalog.relations.map((each) => withOwnFigures(each, figures)) },
    statements: given.statements.map(({ sql, figures: own, plan }, position) => {
      const calls = Number(own.get("calls") ?? 1);
      return {
        queryId: String(position + 1),
        sql,
        calls,
        totalExecTimeMs: calls * Number(own.get("meanMs") ?? 1),
        rows: numberOf(own.get("rows")),
        sharedBlocksRead: numberOf(own.get("blocksRead")),
        sharedBlocksHit: numberOf(own.get("blocksHit")),
        tempBlocksWritten: Number(own.get("tempBlocks") ?? 0),
        jitTimeMs: numberOf(own.get("jitMs")),
        countingSince: since,
        place: null,
        ...(plan.length === 0 ? {} : { runs: [{ sql, parameters: {}, durationMs: null, plan: readTextPlan(plan) }] }),
      };
    }),
    health: healthOf(read.health!, given.facts, { since, overrides, figures }),
  };
}

/** Hardware that the case states. */
export function hardwareOf(given: TuningCase): Hardware {
  const values = valuesOf(given.facts, "hardware");
  const storage = values.get("storage");
  return {
    memoryBytes: numberOf(values.get("memoryBytes")),
    storage: storage === "hdd" || storage === "ssd" || storage === "nvme" || storage === "network" ? storage : null,
    cpus: numberOf(values.get("cpus")),
  };
}

function healthOf(
  read: Health,
  facts: readonly Figures[],
  circumstances: { readonly since: string | null; readonly overrides: ReadonlyMap<string, string>; readonly figures: readonly Figures[] },
): Health {
  const { since, overrides, figures } = circumstances;
  const numbers = (part: string) => Object.fromEntries([...valuesOf(facts, part)].map(([key, value]) => [key, Number(value)]));
  const settings = new Map([...valuesOf(facts, "settings"), ...overrides]);
  const health: Health = {
    settings: (read.settings ?? []).map((each) => {
      const said = settings.get(each.name);
      return said === undefined ? each : { ...each, value: inUnit(said, each.unit), source: "configuration file" };
    }),
    database: {
      countingSince: since,
      commits: 1_000_000,
      rollbacks: 0,
      deadlocks: 0,
      tempFiles: 0,
      tempBytes: 0,
      blocksRead: 1000,
      blocksHit: 1_000_000,
      frozenXidAge: 10_000_000,
      multixactAge: 0,
      ...numbers("database"),
    },
    checkpoints: {
      countingSince: since,
      timed: 1000,
      requested: 10,
      buffersWritten: 100_000,
      buffersWrittenByBackends: null,
      ...numbers("checkpoints"),
    },
    wal: { countingSince: since, records: 1_000_000, fullPageImages: 10_000, bytes: 1e9, buffersFull: 0, ...numbers("wal") },
    maintenance: (read.maintenance ?? []).map((each) => maintenanceWith(each, figures)),
    sequences: (read.sequences ?? []).map((each) => {
      const said = valuesOf(facts, `sequence ${each.name}`);
      return said.size === 0 ? each : { ...each, lastValue: said.get("lastValue") ?? each.lastValue };
    }),
    sessions: {
      active: 1,
      idle: 5,
      idleInTransaction: 0,
      waitingForLock: 0,
      longestLockWaitSeconds: null,
      idleBlockers: 0,
      oldestTransactionSeconds: 1,
      longestIdleInTransactionSeconds: null,
      oldestXminAge: 10,
      ...numbers("sessions"),
    },
    horizonHolders: facts.filter((each) => each.name === "holder").map((each) => holderOf(each.values)),
    vacuum: {
      autovacuumWorkers: Number(valuesOf(facts, "vacuum").get("autovacuumWorkers") ?? 0),
      running: facts.flatMap(({ name, values }) =>
        name.startsWith("vacuuming ")
          ? [
              {
                schema: "public",
                name: name.slice("vacuuming ".length),
                automatic: values.get("automatic") !== "no",
                phase: (values.get("phase") ?? "scanning-heap").replaceAll("-", " "),
                indexPasses: Number(values.get("indexPasses") ?? 0),
              },
            ]
          : [],
      ),
    },
    sessionCommands: facts
      .filter((each) => each.name === "command")
      .map(({ values }) => ({ kind: values.get("kind") as SessionCommand["kind"], calls: Number(values.get("calls")) })),
  };
  const unread = [...valuesOf(facts, "unread").keys()];
  return { ...health, ...Object.fromEntries(unread.map((part) => [part, null])) };
}

function holderOf(values: ReadonlyMap<string, string>): HorizonHolder {
  return {
    kind: values.get("kind") as HorizonHolder["kind"],
    name: values.get("name") ?? "",
    active: values.get("active") === "yes",
    xminAge: numberOf(values.get("xminAge")),
    catalogXminAge: numberOf(values.get("catalogXminAge")),
    retainedBytes: numberOf(values.get("retainedBytes")),
    ageSeconds: numberOf(values.get("ageSeconds")),
  };
}

function withOwnFigures(relation: Relation, figures: readonly Figures[]): Relation {
  const values = valuesOf(figures, relation.name);
  if (values.size === 0) return relation;
  const visible = values.get("allVisible");
  const pages = visible === undefined ? relation : { ...relation, allVisiblePages: Math.round(Number(visible) * relation.currentPages) };
  const { activity } = relation;
  if (activity === null) return pages;
  const changed: Record<string, number | string | null> = { ...activity };
  for (const [key, field] of Object.entries(activityKeys)) if (values.has(key)) changed[field] = Number(values.get(key));
  for (const [key, field] of Object.entries(dayKeys)) {
    const days = values.get(key);
    if (days !== undefined) changed[field] = days === "never" ? null : new Date(caseTime.getTime() - Number(days) * dayMs).toISOString();
  }
  // Same keys as before, values of the same kinds.
  return { ...pages, activity: changed as unknown as Relation["activity"] };
}

function maintenanceWith(read: RelationMaintenance, figures: readonly Figures[]): RelationMaintenance {
  const values = valuesOf(figures, read.name);
  const numbers = Object.entries(maintenanceKeys).flatMap(([key, field]) =>
    values.has(key) ? [[field, Number(values.get(key))] as const] : [],
  );
  const identity = values.get("replicaIdentity");
  return {
    ...read,
    frozenXidAge: 1000,
    ...Object.fromEntries(numbers),
    ...(identity === undefined ? {} : { replicaIdentity: identity as RelationMaintenance["replicaIdentity"] }),
    ...(values.get("published") === "yes" ? { published: true } : {}),
  };
}

function valuesOf(facts: readonly Figures[], name: string): ReadonlyMap<string, string> {
  return new Map(facts.filter((each) => each.name.split(".").at(-1) === name).flatMap((each) => [...each.values]));
}

const kilobytes: Readonly<Record<string, number>> = { kB: 1, MB: 1024, GB: 1024 ** 2, "8kB": 8 };

/** `64MB` where the setting counts kB: 65536; other text as it is. */
function inUnit(text: string, unit: string | null): string {
  const [, number, given] = /^(-?[\d.]+)(kB|MB|GB)$/.exec(text) ?? [];
  const [from, to] = [kilobytes[given ?? ""], kilobytes[unit ?? ""]];
  return number === undefined || from === undefined || to === undefined
    ? text.replace(/^(-?[\d.]+)(ms|s|min)$/, "$1")
    : String((Number(number) * from) / to);
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
