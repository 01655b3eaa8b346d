import { describeChange } from "../change/describe-change.ts";
import { versionedForms } from "../change/versioned-forms.ts";
import { emptyCatalog } from "../domain/empty-catalog.ts";
import { groupBy } from "../domain/group-by.ts";
import { type LockMode, lockModes, type RelationName, relationKey, sameRelation } from "../domain/postgres.ts";
import type { RelationLock, RelationWork, SchemaChange } from "../domain/schema-change.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { MigrationContext, MigrationRule, PastChange, Runner, Severity, Verdict } from "../rule/migration.ts";
import type { Options, OptionValues } from "../rule/rule.ts";
import { applyChange } from "./apply-change.ts";
import { type ChangeEffect, effectOf } from "./change-effect.ts";
import { findingId, noIds } from "./finding-id.ts";
import type { JudgedFinding, JudgeInput, Judgement, MigrationStatement, Observed, StatementEffect } from "./judgement.ts";
import { type OpenState, openState } from "./migration-state.ts";

/** 10 MiB are scanned in a few milliseconds and rewritten in well under a second (docs/benchmarks.md, migrations). */
const defaultSmallTableBytes = 10 * 1024 * 1024;

/** A verdict before the configuration and the scratch run have had their say. */
interface Draft {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly statement: number;
  /** Position of the change in its statement; null for a late verdict. */
  readonly change: number | null;
  readonly locks: readonly RelationLock[];
}

/** Judges a migration, statement after statement, against the state before it. Deterministic; never throws on odd SQL. */
export function judge(input: JudgeInput): Judgement {
  const state = openState({ catalog: input.catalog, searchPath: input.searchPath ?? ["public"], settings: input.settings ?? {} });
  const run = openRun(input, state);
  let file: string | null = null;
  for (const [position, statement] of input.statements.entries()) {
    const runner = statement.runner ?? input.runner;
    if (statement.file !== file) state.leave(runner.wrapsInTransaction ? "wrapped" : "none", "commit");
    file = statement.file;
    if (statement.node === null) continue;
    const changes = describeChange(statement.node, state.names);
    if (statement.context) for (const change of changes) settle(state, change);
    else run.take(position, statement, runner, changes);
    moveTransaction(state, changes);
  }
  run.conclude();
  return run.result();
}

/** What earlier migrations made is there already: nothing of it counts as made here. */
function settle(state: OpenState, change: SchemaChange): void {
  applyChange(state, change);
  if (change.kind !== "create-table" && change.kind !== "create-table-as" && change.kind !== "create-view") return;
  state.put({ ...state.known(change.relation), createdHere: false });
}

function moveTransaction(state: OpenState, changes: readonly SchemaChange[]): void {
  const { kind } = state.read.transaction;
  const [change] = changes;
  const action = change?.kind === "transaction" ? change.action : null;
  if (action === "begin" && kind === "none") state.enter("block");
  else if (action === "commit" || action === "rollback") state.leave("none", action);
  else if (kind === "none") state.leave("none", "commit");
}

function openRun(input: JudgeInput, state: OpenState) {
  const drafts: Draft[] = [];
  const effects: StatementEffect[] = [];
  const failures: { rule: string; error: unknown }[] = [];
  const catalog = catalogView(input.catalog ?? emptyCatalog);
  const active = [...input.rules].filter(([id, rule]) => levelOf(input, id, rule) !== "off");

  const contextOf = (id: string, rule: MigrationRule, runner: Runner, sql: string, effect: ChangeEffect): MigrationContext => ({
    catalog,
    postgres: input.postgres,
    serverVersion: input.serverVersion ?? null,
    runner,
    sql,
    hasFigures: input.hasFigures ?? false,
    countingDays: input.countingDays ?? null,
    ...effect,
    options: optionValues(rule.options ?? {}, input.options?.[id] ?? {}),
  });
  const guarded = (id: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      failures.push({ rule: id, error });
    }
  };

  return {
    take(position: number, { sql, node }: MigrationStatement, runner: Runner, changes: readonly SchemaChange[]) {
      const done: ChangeEffect[] = [];
      const observed = input.observed?.get(position);
      const { transaction } = state.read;
      const needs = node === null ? [] : versionedForms(node, (name) => !state.read.hasCatalog || state.hasFunction(name));
      for (const [at, change] of changes.entries()) {
        const effect = seen(effectOf(change, state.read, input.postgres), changes.length === 1 ? observed : undefined);
        done.push(effect);
        for (const [id, rule] of active)
          guarded(id, () => {
            const verdict = rule.judge?.(change, state.read, contextOf(id, rule, runner, sql, effect)) ?? null;
            if (verdict) drafts.push({ rule: id, verdict, statement: position, change: at, locks: effect.locks });
          });
        state.record({ change, statement: position, transaction: transaction.id, needs: at === 0 ? needs : [], ...effect });
        applyChange(state, change);
      }
      const whole = seen(joined(done), observed);
      effects.push({ statement: position, changes, ...whole, transaction: transaction.id, inTransaction: transaction.kind !== "none" });
    },
    conclude() {
      const runner = input.statements.at(-1)?.runner ?? input.runner;
      for (const [id, rule] of active)
        guarded(id, () => {
          for (const { at, ...verdict } of rule.conclude?.(state.read, contextOf(id, rule, runner, "", { locks: [], work: [] })) ?? [])
            drafts.push({ rule: id, verdict, statement: at.statement, change: null, locks: at.locks });
        });
    },
    result(): Judgement {
      const standing = drafts.filter(
        (each) => !disproved(each, input.observed?.get(each.statement)) && !droppedAfterwards(each, state.read.earlier),
      );
      const onStatement = groupBy(standing, ({ statement }) => statement);
      const spoken = standing.filter((each) => !onStatement.get(each.statement)?.some((other) => speaksFor(input, other, each)));
      spoken.sort((a, b) => a.statement - b.statement || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
      const ids = noIds();
      return { findings: spoken.map((each) => findingOf(input, each, ids)), effects, failures };
    },
  };
}

function optionValues(declared: Options, given: Readonly<Record<string, number>>): OptionValues<Options> {
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, given[name] ?? option.default]));
}

function levelOf(input: JudgeInput, id: string, rule: MigrationRule): Severity | "off" {
  return input.levels?.[id] ?? (rule.offByDefault ? "off" : rule.severity);
}

/** The scratch run knows locks better, and each kind of work that it sees. */
function seen(effect: ChangeEffect, observed: Observed | undefined): ChangeEffect {
  if (!observed || observed.error) return effect;
  return {
    locks: observed.locks ?? effect.locks,
    work: [...observed.work, ...effect.work.filter((each) => !observed.sees.includes(each.kind))],
  };
}

function joined(effects: readonly ChangeEffect[]): ChangeEffect {
  const locks = new Map<string, RelationLock>();
  for (const lock of effects.flatMap((each) => each.locks)) {
    const known = locks.get(relationKey(lock.relation));
    if (!known || strength(known.mode) < strength(lock.mode)) locks.set(relationKey(lock.relation), lock);
  }
  const work = new Map<string, RelationWork>();
  for (const each of effects.flatMap((effect) => effect.work)) work.set(`${each.kind} ${relationKey(each.relation)}`, each);
  return { locks: [...locks.values()], work: [...work.values()] };
}

function strength(mode: LockMode): number {
  return lockModes.indexOf(mode);
}

function disproved({ verdict }: Draft, observed: Observed | undefined): boolean {
  const { rests, about } = verdict;
  if (!observed || observed.error || rests === undefined || !observed.sees.includes(rests)) return false;
  return !observed.work.some(
    (each) => each.kind === rests && (about === undefined || sameRelation(each.relation, about) || rests === "index-build"),
  );
}

/** A swap: the migration itself drops what the finding rests on. */
function droppedAfterwards({ statement, verdict: { beside = [] } }: Draft, done: readonly PastChange[]): boolean {
  const isDropped = (index: RelationName) =>
    done.some(({ statement: at, change }) => {
      if (at <= statement) return false;
      if (change.kind === "drop-constraint") return change.name === index.name && change.relation.schema === index.schema;
      return change.kind === "drop" && change.what === "index" && change.names.some((each) => sameRelation(each, index));
    });
  return beside.length > 0 && beside.every(isDropped);
}

/** True when the first says the same as the second, of the same statement, and more: one finding per cause. */
function speaksFor(input: JudgeInput, draft: Draft, other: Draft): boolean {
  if (draft === other) return false;
  if (draft.change !== null && other.change !== null && draft.change !== other.change) return false;
  const rule = input.rules.get(draft.rule);
  return rule?.refuses || (rule?.insteadOf?.some((each) => `migration/${each}` === other.rule) ?? false);
}

function findingOf(input: JudgeInput, draft: Draft, ids: Map<string, number>): JudgedFinding {
  const { verdict, rule: id } = draft;
  const rule = input.rules.get(id)!;
  const statement = input.statements[draft.statement]!;
  const configured = input.levels?.[id];
  const small = smallness(input, verdict);
  const own = configured !== undefined && configured !== "off" ? configured : (verdict.severity ?? rule.severity);
  const help = [verdict.help ?? rule.remedy, ...(small === null ? [] : [small])].join(". ");
  const locks = input.observed?.get(draft.statement)?.locks ?? draft.locks;
  return {
    id: findingId({ rule: id, file: statement.file, sql: statement.sql, about: verdict.about ?? null }, ids),
    rule: id,
    severity: small === null ? own : "note",
    title: rule.title,
    message: verdict.message,
    help,
    place: { file: statement.file, line: statement.line, column: statement.column },
    locks: [...new Set(locks.map((each) => each.mode))].sort((a, b) => strength(b) - strength(a)),
    relationLocks: locks,
    safer: verdict.safer,
    statement: draft.statement,
    about: verdict.about === undefined ? null : bare(verdict.about),
  };
}

function bare({ schema, name }: RelationName): RelationName {
  return { schema, name };
}

/** Why the work hardly matters, in words; null when it does or nobody knows. */
function smallness(input: JudgeInput, { about, rests }: Verdict): string | null {
  if (!input.hasFigures || about === undefined || rests === undefined) return null;
  const relation = input.catalog?.relations.find((each) => sameRelation(each, about));
  const limit = input.smallTableBytes ?? defaultSmallTableBytes;
  if (relation?.kind !== "table" || relation.rows === null || relation.bytes >= limit) return null;
  return `The table is small (${Math.ceil(relation.bytes / 1024)} kB), so the wait is short`;
}
