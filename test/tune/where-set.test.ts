import { describe, expect, test } from "vitest";
import type { ServerSetting } from "../../src/domain/health.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { setSystem } from "../../src/rule/tuning-kit.ts";
import type { TuningProposal } from "../../src/rule/tuning-rule.ts";
import { noHealth } from "../../src/tune/context.ts";
import { whereSet } from "../../src/tune/where-set.ts";

const proposal: TuningProposal = {
  about: { kind: "server" },
  message: "m",
  evidence: [],
  ...setSystem("max_wal_size", "4GB"),
  takesEffect: "reload",
  trial: { kind: "arithmetic", formula: "f" },
};

const snapshot = (server: object, ...settings: ServerSetting[]): Snapshot =>
  ({
    origin: "live",
    server: { database: "shop", standby: false, managedBy: null, ...server },
    health: { ...noHealth, settings },
  }) as unknown as Snapshot;
const setting = (source: string): ServerSetting => ({ name: "max_wal_size", value: "1024", unit: "MB", source });

describe("where a setting is set", () => {
  test("in the server's own files: the proposal stands as it is", () => {
    expect(whereSet(proposal, "Raise it", snapshot({}, setting("configuration file")))).toBe(proposal);
  });

  test("a managed service takes no ALTER SYSTEM: its own place is named, with the value in the setting's unit", () => {
    const placed = whereSet(proposal, "Raise it", snapshot({ managedBy: "Amazon RDS" }, setting("configuration file")));
    expect([placed.apply, placed.undo, placed.takesEffect]).toEqual([[], [], "reload"]);
    expect(placed.help).toBe(
      "Raise it. Amazon RDS allows no ALTER SYSTEM; set it in the DB parameter group (for Aurora some are in the cluster's): max_wal_size = 4GB (4096 in units of MB)",
    );
  });

  test.each([
    ["command line", "It is set on the server's command line, which ALTER SYSTEM does not override"],
    ["environment variable", "It is set on the server's environment variable"],
  ])("set on the %s: ALTER SYSTEM would not be heard", (source, words) => {
    const placed = whereSet(proposal, "Raise it", snapshot({}, setting(source)));
    expect(placed.apply).toEqual([]);
    expect(placed.help).toContain(words);
  });

  test("allow_alter_system off: no ALTER SYSTEM", () => {
    const off = { name: "allow_alter_system", value: "off", unit: null, source: "configuration file" };
    expect(whereSet(proposal, "Raise it", snapshot({}, setting("default"), off)).apply).toEqual([]);
  });

  test("set for the database: it is set there again, and the way back holds the old value in the setting's own unit", () => {
    const placed = whereSet(proposal, "Raise it", snapshot({ database: 'my "shop"' }, setting("database")));
    expect(placed.apply).toEqual([`ALTER DATABASE "my ""shop""" SET max_wal_size = '4GB'`]);
    expect(placed.undo).toEqual([`ALTER DATABASE "my ""shop""" SET max_wal_size = '1024'`]);
  });

  test("a standby's own settings are set there; changes of tables belong on its primary", () => {
    expect(whereSet(proposal, "Raise it", snapshot({ standby: true }, setting("default")))).toBe(proposal);
    const analyze = { ...proposal, apply: ["ANALYZE public.orders"], undo: [] };
    expect(whereSet(analyze, "Analyse it", snapshot({ standby: true })).help).toBe(
      "Analyse it. This server is a standby: run it on its primary",
    );
    expect(whereSet(analyze, "Analyse it", snapshot({}))).toBe(analyze);
  });
});
