import type { Relation } from "../domain/catalog.ts";
import type { Health, HealthPart, ServerSetting } from "../domain/health.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Hardware } from "../domain/tuning.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { TuningContext, TuningFamily } from "../rule/tuning-rule.ts";
import { rebuiltPages } from "./rebuilt-pages.ts";
import { amountOf } from "./setting-units.ts";

/** Of a snapshot without them: nothing was read. */
export const noHealth: Health = {
  settings: null,
  database: null,
  checkpoints: null,
  wal: null,
  maintenance: null,
  sequences: null,
  sessions: null,
  horizonHolders: null,
  vacuum: null,
  sessionCommands: null,
};

const dayMs = 86_400_000;

/** `pg_settings.source` of values that a role or a client brings with it (guc.h, GucSource). */
const sessionSources = new Set(["user", "database user", "client", "session"]);

/** Everything a rule may ask, but its options. */
export function tuningContext(snapshot: Snapshot, families: readonly TuningFamily[], hardware: Hardware): Omit<TuningContext, "options"> {
  const health = snapshot.health ?? noHealth;
  const catalog = catalogView(snapshot.catalog);
  const maintenance = new Map((health.maintenance ?? []).map((each) => [relationKey(each), each]));
  // What holds for our own session alone says nothing of the server. A database of our own is asked by our own session.
  const isOurs = ({ source }: ServerSetting) => snapshot.origin === "live" && sessionSources.has(source);
  const settings = new Map((health.settings ?? []).filter((each) => !isOurs(each)).map((each) => [each.name, each]));
  const tables = snapshot.catalog.relations.filter((each) => each.kind === "table" || each.kind === "materialized-view");
  const now = Date.parse(snapshot.collectedAt);
  const since = snapshot.server.standby ? null : (health.database?.countingSince ?? snapshot.server.countingSince);
  const countingDays = since === null ? null : (now - Date.parse(since)) / dayMs;
  const amount = (name: string) => {
    const found = settings.get(name);
    return found ? amountOf(found.value, found.unit) : null;
  };
  const pages = new Map<string, number | null>();
  return {
    catalog,
    postgres: snapshot.server.major,
    standby: snapshot.server.standby,
    databaseBytes: snapshot.server.databaseBytes,
    now,
    countingDays,
    health,
    hardware,
    families,
    statements: snapshot.statements,
    tables,
    maintenance: (relation) => maintenance.get(relationKey(relation)) ?? null,
    sequence: (relation, column) =>
      (health.sequences ?? []).find(
        ({ owner }) => owner !== null && owner.column === column && relationKey(owner) === relationKey(relation),
      ) ?? null,
    setting: (name) => settings.get(name)?.value ?? null,
    amount,
    tableSetting: (relation, name) => storageParameter(relation, name) ?? amount(name),
    rebuiltPages(relation, name) {
      const key = relationKey(name);
      const index = relation.indexes.find((each) => relationKey(each) === key);
      if (!pages.has(key)) pages.set(key, index ? rebuiltPages(relation, index, snapshot.server.major) : null);
      return pages.get(key) ?? null;
    },
    perDay: (count) => (countingDays === null || countingDays < 1 ? null : count / countingDays),
  };
}

/** Parts a rule needs and the snapshot lacks. */
export function missingParts(snapshot: Snapshot, needs: readonly HealthPart[]): readonly HealthPart[] {
  const health = snapshot.health ?? noHealth;
  return needs.filter((part) => health[part] === null);
}

function storageParameter(relation: Relation, name: string): number | null {
  const found = relation.storageParameters.find((each) => each.startsWith(`${name}=`));
  const value = found === undefined ? Number.NaN : Number(found.slice(name.length + 1));
  return Number.isFinite(value) ? value : null;
}
