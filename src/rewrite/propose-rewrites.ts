import type { Node } from "@pgsql/types";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import type { NameOptions } from "../names/resolve-names.ts";
import { type CatalogView, catalogView } from "../rule/catalog-view.ts";
import { treeText } from "../rule/read-nodes.ts";
import type { RewriteProposal, RewriteRule } from "../rule/rewrite.ts";
import { rewritable } from "../rule/rewrite-statement.ts";
import type { Context, Options } from "../rule/rule.ts";
import { servedBy } from "../rule/served.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { type NodeTag, walk } from "../syntax/tree.ts";
import { keepText } from "./keep-text.ts";

/** What rules need to be asked about a statement. */
export interface Rulebook {
  readonly snapshot: Snapshot;
  readonly names: NameOptions;
  readonly rules: ReadonlyMap<string, RewriteRule>;
  readonly ruleOptions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly parser: SqlParser;
}

/** A rule that threw is a bug: named, and the run goes on. */
export interface RuleFailure {
  readonly rule: string;
  readonly error: unknown;
}

export interface Proposed {
  readonly rule: string;
  readonly proposal: RewriteProposal;
}

/** What every rule proposes for a statement, in the order of the rules; or why no rule may touch it. */
export function proposalsOf(node: Node, book: Rulebook, failures: RuleFailure[]): readonly Proposed[] | string {
  const found = rewritable(node, book.snapshot.catalog, book.names);
  if (found.kind === "refused") return found.because;
  const proposed: Proposed[] = [];
  for (const [id, rule] of book.rules) {
    if (found.statement.callsVolatile && !rule.volatileFunctions) continue;
    const context = contextOf(id, rule, book);
    try {
      for (const proposal of rule.rewrite(found.statement, context)) {
        // Rules ask for what the rewrite wants, there or not.
        const suggests = (proposal.suggests ?? []).filter((each) => servedBy(context.catalog, each) === null);
        proposed.push({ rule: id, proposal: { ...proposal, suggests } });
      }
    } catch (error) {
      failures.push({ rule: id, error });
    }
  }
  if (proposed.length === 0 && found.statement.callsVolatile)
    return "it calls a volatile function, which may not be moved or run another number of times";
  return proposed;
}

const views = new WeakMap<Snapshot, CatalogView>();

function contextOf(id: string, rule: RewriteRule, { snapshot, ruleOptions }: Rulebook): Context<Options> {
  const given = ruleOptions[id] ?? {};
  const catalog = views.get(snapshot) ?? catalogView(snapshot.catalog);
  views.set(snapshot, catalog);
  return {
    catalog,
    postgres: snapshot.server.major,
    countingDays: null,
    databaseCollation: snapshot.server.collation,
    options: Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, given[name] ?? option.default])),
  };
}

/** The rewritten statement in the user's own words where nothing changed; null when it cannot be written as SQL. */
export async function rewrittenText(sql: string, before: Node, after: Node, parser: SqlParser): Promise<string | null> {
  try {
    return await keepText(sql, before, after, parser);
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return null;
    throw error;
  }
}

/** One statement in place of another, with all that was taken for granted on the way there. */
export interface Variant {
  /** Ids of the rules, in the order they were used. */
  readonly rules: readonly string[];
  readonly because: string;
  readonly assumes: readonly string[];
  readonly contract: RewriteProposal["contract"];
  readonly suggests: readonly IndexDefinition[];
  readonly before: string;
  /** Null when it cannot be written as SQL. */
  readonly after: string | null;
}

export interface Variants {
  readonly variants: readonly Variant[];
  /** Why no rule may touch the statement; null when they may. */
  readonly leftAlone: string | null;
}

/** Rewrites that follow on one another, when every order of them is tried … */
const mostSteps = 3;
/** … and in the one chain that takes the first proposal each time: a statement may have the same fault in many places. */
const mostLinks = 8;
const mostVariants = 12;
/** From this many SELECTs or characters on only single steps are tried: rules and texts are asked again after each. */
const manyLevels = 40;
const manyCharacters = 20_000;
const manyTables = 40;
/** Names of a UNION of thousands are resolved arm in arm, which overflows the stack (measured: 1,000 arms no, 2,000 yes). */
const mostTables = 1_000;

/** What the rules make of a statement in one step and in several, nothing priced yet; those of fewer steps first. */
export async function variantsOf(sql: string, book: Rulebook, failures: RuleFailure[]): Promise<Variants> {
  const parsed = await book.parser.parse(sql);
  const root = parsed.kind === "parsed" && parsed.statements.length === 1 ? parsed.statements[0]!.node : null;
  if (root === null) return { variants: [], leftAlone: "it is not one statement that can be parsed" };
  const tables = count(root, "RangeVar");
  if (tables > mostTables)
    return { variants: [], leftAlone: `it names ${tables} tables, more than the ${mostTables} that rules are asked about` };
  const start: Step = { node: root, rules: [], because: "", assumes: [], contract: "same-result", suggests: [] };
  const seen = new Set([treeText(root)]);
  const found: Step[] = [];
  const nextOf = (step: Step): readonly Step[] | string => {
    const proposed = proposalsOf(step.node, book, failures);
    return typeof proposed === "string" ? proposed : proposed.map((each) => follow(step, each));
  };
  const first = nextOf(start);
  if (typeof first === "string") return { variants: [], leftAlone: first };
  let waiting: readonly Step[] = fresh(first, seen);
  const deepest = stepsFor(sql, root);
  for (let depth = 1; depth <= deepest && waiting.length > 0 && found.length < mostVariants; depth++) {
    found.push(...waiting.slice(0, mostVariants - found.length));
    if (depth < deepest && found.length < mostVariants) waiting = fresh(waiting.filter(isSame).flatMap(stepsFrom(nextOf)), seen);
  }
  if (deepest > 1) found.push(...chain(found.find(isSame), nextOf, seen));
  const variants: Variant[] = [];
  for (const { node, ...told } of found) variants.push({ ...told, before: sql, after: await rewrittenText(sql, root, node, book.parser) });
  return { variants, leftAlone: null };
}

interface Step extends Omit<Variant, "before" | "after"> {
  readonly node: Node;
}

/** A statement so long, or of so many tables, that planning it takes a tenth of a second and more. */
export function isLong(sql: string, root: Node): boolean {
  return sql.length > manyCharacters || count(root, "RangeVar") > manyTables;
}

/** Rewrites that may follow on one another. */
function stepsFor(sql: string, root: Node): number {
  return isLong(sql, root) || count(root, "SelectStmt") > manyLevels ? 1 : mostSteps;
}

function count(root: Node, tag: NodeTag): number {
  let found = 0;
  walk(root, (node) => {
    if (tag in node) found++;
    return undefined;
  });
  return found;
}

function follow(from: Step, { rule, proposal }: Proposed): Step {
  return {
    node: proposal.node,
    rules: [...from.rules, rule],
    because: from.because === "" ? proposal.because : `${from.because}; then ${proposal.because}`,
    assumes: [...new Set([...from.assumes, ...proposal.assumes])],
    contract: proposal.contract,
    suggests: [...from.suggests, ...(proposal.suggests ?? [])],
  };
}

function isSame(step: Step): boolean {
  return step.contract === "same-result";
}

function stepsFrom(nextOf: (step: Step) => readonly Step[] | string): (step: Step) => readonly Step[] {
  return (step) => {
    const next = nextOf(step);
    // Advice for the application is given for the statement as it is, not for what rules made of it.
    return typeof next === "string" ? [] : next.filter(isSame);
  };
}

function fresh(steps: readonly Step[], seen: Set<string>): Step[] {
  return steps.filter((step) => {
    const text = treeText(step.node);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function chain(from: Step | undefined, nextOf: (step: Step) => readonly Step[] | string, seen: Set<string>): Step[] {
  let last = from;
  let isNew = false;
  for (let link = 1; last && link < mostLinks; link++) {
    const [next] = stepsFrom(nextOf)(last);
    if (!next) break;
    isNew = !seen.has(treeText(next.node));
    last = next;
  }
  return last && isNew ? [last] : [];
}
