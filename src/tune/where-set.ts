import type { ServerSetting } from "../domain/health.ts";
import { ident } from "../domain/identifier.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { TuningProposal } from "../rule/tuning-rule.ts";
import { unitFactors } from "./setting-units.ts";

/** Where a service's users keep settings, in its own words. */
const places: Readonly<Record<string, string>> = {
  "Amazon RDS": "the DB parameter group (for Aurora some are in the cluster's)",
  "Google Cloud SQL": "the instance's database flags",
  "Google AlloyDB": "the instance's database flags",
  "Azure Database for PostgreSQL": "the server parameters",
  Supabase: "the project's configuration (supabase postgres-config update)",
  DigitalOcean: "the cluster's configuration (API)",
  Aiven: "the service's advanced configuration",
  "Tiger Cloud": "the service's database parameters",
};

/**
 * The proposal as this server takes it: `ALTER SYSTEM` only where it is allowed and would be heard, and a word where the server is a standby.
 * https://www.postgresql.org/docs/current/sql-altersystem.html, https://www.postgresql.org/docs/current/config-setting.html
 */
export function whereSet(proposal: TuningProposal, remedy: string, { server, health }: Snapshot): TuningProposal {
  const name = proposal.apply.map((sql) => settingOf(sql)?.name).find((each) => each !== undefined);
  if (name === undefined) return server.standby ? onPrimary(proposal, remedy) : proposal;
  const value = proposal.apply.map((sql) => settingOf(sql)?.value).find((each) => each !== undefined) ?? "";
  const setting = (health?.settings ?? []).find((each) => each.name === name);
  const elsewhere = (where: string): TuningProposal => ({
    ...proposal,
    apply: [],
    undo: [],
    help: `${proposal.help ?? remedy}. ${where}: ${name} = ${inUnits(value, setting)}`,
  });
  if (server.managedBy) {
    const place = places[server.managedBy];
    return elsewhere(`${server.managedBy} allows no ALTER SYSTEM; set it in ${place ?? "what the service offers for settings"}`);
  }
  if ((health?.settings ?? []).some((each) => each.name === "allow_alter_system" && each.value === "off"))
    return elsewhere("allow_alter_system is off; set it where the server's configuration is kept");
  if (setting?.source === "command line" || setting?.source === "environment variable")
    return elsewhere(`It is set on the server's ${setting.source}, which ALTER SYSTEM does not override; set it there`);
  if (setting?.source === "database") {
    const set = `ALTER DATABASE ${ident(server.database)} SET ${name} =`;
    const help = `${proposal.help ?? remedy}. The value is set for this database, so that ALTER SYSTEM would not be heard; new sessions take it`;
    return { ...proposal, apply: [`${set} '${value}'`], undo: [`${set} '${setting.value}'`], takesEffect: "at-once", help };
  }
  return proposal;
}

function settingOf(sql: string): { readonly name: string; readonly value: string } | null {
  const [, name, value] = /^ALTER SYSTEM SET (\S+) = '(.*)'$/.exec(sql) ?? [];
  return name === undefined || value === undefined ? null : { name, value };
}

function onPrimary(proposal: TuningProposal, remedy: string): TuningProposal {
  if (!proposal.apply.some((sql) => /^(ALTER|CREATE|DROP|VACUUM|ANALYZE|REINDEX)\b/.test(sql))) return proposal;
  return { ...proposal, help: `${proposal.help ?? remedy}. This server is a standby: run it on its primary` };
}

/** `4GB` → `4GB (4096 in units of MB)`: consoles of managed services take bare numbers in the setting's unit. */
function inUnits(value: string, setting: ServerSetting | undefined): string {
  const [, number, given] = /^(\d+)(kB|MB|GB|ms|s|min|h|d)$/.exec(value) ?? [];
  const unit = setting?.unit;
  if (number === undefined || given === undefined || !unit) return value;
  const [from, to] = [unitFactors[given], unitFactors[unit]];
  return from === undefined || to === undefined ? value : `${value} (${(Number(number) * from) / to} in units of ${unit})`;
}
