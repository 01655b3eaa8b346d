import type { SchemaChange } from "../../src/domain/schema-change.ts";
import type { MigrationStatement, StatementEffect } from "../../src/judge/judgement.ts";
import type { MigrationBench, MigrationCase } from "../../test/support/migration-case.ts";
import { makeSchema } from "../../test/support/migration-case.ts";
import { strongest, type Watched } from "./observe-statement.ts";

export interface Comparison {
  /** Statements whose locks, or work, were held against the server's. */
  readonly locks: number;
  readonly work: number;
  /** Of those, statements that commit by themselves. */
  readonly alone: number;
  /** Positions of statements that the server refused. */
  readonly refused: readonly { readonly position: number; readonly sqlState: string; readonly sql: string }[];
  readonly differences: readonly string[];
}

/** Runs a case's statements in one transaction each as far as PostgreSQL allows, and compares what they lock and do. */
export async function compareEffects(server: Watched, given: MigrationCase, bench: MigrationBench): Promise<Comparison> {
  const statements = await bench.statementsOf(given.migration);
  const judged = await bench.judge({ ...given, postgres: server.major, serverVersion: null }, new Map());
  const effects = new Map(judged.effects.map((each) => [each.statement, each]));
  await makeSchema(server, given.schema);
  for (const [name, value] of Object.entries(given.settings)) await server.run(`set ${name} = '${value}'`);
  let [locks, work, aloneCount] = [0, 0, 0];
  const refused: { position: number; sqlState: string; sql: string }[] = [];
  const differences: string[] = [];
  let open = false;
  for (const [position, statement] of statements.entries()) {
    const effect = effects.get(position);
    if (!effect || effect.changes.some((each) => each.kind === "transaction")) continue;
    const alone = refusesTransaction(effect.changes) || /^vacuum\b/i.test(statement.sql);
    try {
      if (open) await server.run("commit");
      open = false;
      if (!alone) {
        await server.run("begin");
        open = true;
      }
      const watchAlone = alone && readsOneTable(effect) ? server.observeAlone : null;
      const seen = watchAlone ? await watchAlone(statement.sql) : await server.observe(statement.sql);
      // What a DO block does shows only when it runs: that is the scratch run's part.
      if ((!alone || (watchAlone && seen.held.size > 0)) && !effect.changes.some((each) => each.kind === "do")) {
        locks++;
        if (alone) aloneCount++;
        differences.push(...lockDifferences(effect, seen).map((each) => `${each} | ${oneLine(statement)}`));
      }
      const expected = visibleWork(effect);
      if (expected === null) continue;
      work++;
      const actual = seen.work.map((each) => each.replace(/^key .*/, "key"));
      const [missing, extra] = [expected.filter((each) => !actual.includes(each)), actual.filter((each) => !expected.includes(each))];
      if (missing.length + extra.length > 0)
        differences.push(`work: said ${expected.join(", ") || "none"}, was ${actual.join(", ") || "none"} | ${oneLine(statement)}`);
    } catch (error) {
      if (open) await server.run("rollback");
      open = false;
      // What comes after rests on a statement that did not run.
      const state = error instanceof Error && "code" in error ? String(error.code) : "";
      refused.push({ position, sqlState: state, sql: oneLine(statement) });
      break;
    }
  }
  if (open) await server.run("rollback");
  await server.run("reset all; discard temp");
  return { locks, work, alone: aloneCount, refused, differences };
}

function oneLine({ sql }: MigrationStatement): string {
  return sql.replaceAll(/\s+/g, " ").slice(0, 140);
}

/** VACUUM and REINDEX of several relations, and of databases, lock one after another: not one moment to look at. */
function readsOneTable({ locks, changes }: StatementEffect): boolean {
  const several = changes.some((each) => each.kind === "reindex" && ["schema", "database", "system"].includes(each.what));
  return locks.length > 0 && !several && changes.every((each) => each.kind !== "drop-database");
}

/** Every lock said is held, and none was taken that is stronger than said. */
function lockDifferences({ locks }: StatementEffect, seen: Awaited<ReturnType<Watched["observe"]>>): string[] {
  const said = new Map(locks.map(({ relation, mode }) => [`${relation.schema}.${relation.name}`, mode]));
  const wrong: string[] = [];
  for (const [relation, modes] of seen.fresh) {
    const was = strongest(modes);
    const expected = said.get(relation) ?? null;
    // Reading a name in a query or an expression: not what the rules speak of.
    if (was === null || was === expected || (expected === null && was === "AccessShareLock")) continue;
    if (expected !== null && strongest([was, expected]) === expected && seen.held.get(relation)?.includes(expected)) continue;
    wrong.push(`lock on ${relation}: said ${expected ?? "none"}, was ${was}`);
  }
  for (const [relation, mode] of said)
    if (!seen.held.get(relation)?.includes(mode) && seen.held.has(relation) && (seen.fresh.get(relation)?.length ?? 0) === 0)
      wrong.push(`lock on ${relation}: said ${mode}, was none`);
    else if (!seen.held.has(relation) && !goneKinds.has(mode)) wrong.push(`lock on ${relation}: said ${mode}, was none`);
  return wrong;
}

/** What DROP takes away is no longer in pg_class when the locks are read. */
const goneKinds = new Set(["AccessExclusiveLock"]);

/** Commands that cannot run in a transaction block. */
function refusesTransaction(changes: readonly SchemaChange[]): boolean {
  return changes.some(
    (each) =>
      ((each.kind === "create-index" || each.kind === "reindex" || each.kind === "detach-partition") && each.concurrently) ||
      (each.kind === "drop" && each.concurrently) ||
      each.kind === "vacuum-full" ||
      (each.kind === "reindex" && (each.what === "schema" || each.what === "database" || each.what === "system")) ||
      each.kind === "drop-database",
  );
}

/** Work that PostgreSQL speaks of at DEBUG1, as `kind table`; null for a statement whose work it does not mention. */
function visibleWork({ changes, work }: StatementEffect): string[] | null {
  const silent = new Set([
    "truncate",
    "create-table",
    "create-table-as",
    "vacuum-full",
    "cluster",
    "refresh",
    "set-tablespace",
    "alter-domain",
    "update",
    "delete",
    "insert",
    "do",
  ]);
  // VALIDATE of a CHECK says nothing.
  if (
    changes.some(
      (each) => silent.has(each.kind) || each.kind === "validate-constraint" || (each.kind === "reindex" && each.what === "schema"),
    )
  )
    return null;
  return [...new Set(work.map(({ relation, kind }) => (kind === "foreign-key-check" ? "key" : `${kind} ${relation.name}`)))].sort();
}
