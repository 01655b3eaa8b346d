import { readFileSync } from "node:fs";
import type { Figures } from "./rule-case.ts";

/**
 * One case of a tuning rule: `rules/tuning/<name>/cases/fires-*.sql` or `quiet-*.sql`.
 *
 *   -- orders rows=80000000 updates=90000000 dead=5000 xidAge=190000000
 *   -- context postgres=16 countingDays=30
 *   -- settings work_mem=65536kB jit=on
 *   -- sequence orders_id_seq lastValue=2000000000
 *   create table orders (…);
 *   -- statement calls=100 meanMs=20 tempBlocks=200
 *   select …;
 *   -- expect
 *   warning public.orders
 *   alter table public.orders set (…);
 *
 * Lines after a statement that begin with `--|` are a plan of it as auto_explain logs one in text, with its actual rows.
 *
 * Lines before the first statement set facts: a relation's figures (those of index rules, and dead, modified, lastAnalyzeDays,
 * lastVacuumDays, xidAge, multixactAge, insertsSinceVacuum, newPageUpdates, autovacuums, toastBytes, allVisible, replicaIdentity,
 * published), the parts of the snapshot by name (database, checkpoints, wal, sessions, settings, hardware), and one line each per
 * sequence, running vacuum (`vacuuming orders indexPasses=2`), holder (kind=… name=…) and command (kind=… calls=…). `unread sessions=yes` makes a part unread. What is not said is that
 * of a healthy server. Expected are all proposals: severity and subject (`statement` for any statement, `server`), then its SQL.
 */
export interface TuningCase {
  readonly fires: boolean;
  readonly schema: string;
  readonly facts: readonly Figures[];
  readonly statements: readonly { readonly sql: string; readonly figures: ReadonlyMap<string, string>; readonly plan: readonly string[] }[];
  readonly expected: readonly { readonly head: string; readonly sql: readonly string[] }[];
}

/** Reads one case file; throws when its name or text is not of the form above. */
export function readTuningCase(path: string): TuningCase {
  const text = readFileSync(path, "utf8");
  const name = path.split("/").at(-1) ?? path;
  if (!/^(fires|quiet)-/.test(name)) throw new Error(`${path}: a case is named fires-… or quiet-…`);
  const [before = "", expected = ""] = text.split(/^-- expect[ \t]*$/m);
  const [schema = "", ...statements] = before.split(/^(?=-- statement\b)/m);
  return {
    fires: name.startsWith("fires-"),
    schema,
    facts: schema.split("\n").flatMap(factsOf),
    statements: statements.map((each) => {
      const [first = "", ...rest] = each.split("\n");
      return {
        sql: rest
          .filter((line) => !line.startsWith("--|"))
          .join("\n")
          .trim()
          .replace(/;$/, ""),
        figures: pairs(first.replace(/^-- statement/, "")),
        plan: rest.flatMap((line) => (line.startsWith("--|") ? line.replace(/^--\| ?/, "") : [])),
      };
    }),
    expected: expectations(expected, path),
  };
}

function factsOf(line: string): Figures[] {
  const [, name, extra, rest] = /^--\s+([\w."]+)(?:\s+([\w."]+))?((?:\s+[\w.]+=\S+)+)\s*$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) return [];
  return [{ name: extra === undefined ? name : `${name} ${extra}`, values: pairs(rest) }];
}

function pairs(text: string): ReadonlyMap<string, string> {
  const words = text.trim() === "" ? [] : text.trim().split(/\s+/);
  return new Map(words.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

function expectations(text: string, path: string): { head: string; sql: readonly string[] }[] {
  const heads = text.split(/^(?=(?:error|warning|note) \S+\s*$)/m).filter((each) => each.trim() !== "");
  return heads.map((each) => {
    const [head = "", ...rest] = each.split("\n");
    if (!/^(error|warning|note) /.test(head)) throw new Error(`${path}: "${head}" names no severity`);
    const sql = rest
      .join("\n")
      .split(/;\s*(?:\n|$)/)
      .map((one) => one.trim())
      .filter((one) => one !== "");
    return { head: head.trim(), sql };
  });
}
