import type { Node } from "@pgsql/types";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { catalogView } from "../rule/catalog-view.ts";
import type { RewriteRule } from "../rule/rewrite.ts";
import { rewritable } from "../rule/rewrite-statement.ts";
import { deparse } from "../syntax/deparse.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/** A rule that makes the second statement from the first, with what it takes for granted. */
export interface Vouching {
  readonly id: string;
  readonly assumptions: readonly string[];
}

export interface RulesAndSchema {
  readonly rules: ReadonlyMap<string, RewriteRule>;
  readonly snapshot: Snapshot;
  readonly parser: SqlParser;
}

/** A rule changes one place: a statement with several takes several steps, of one rule or more. */
const mostSteps = 4;
const mostStatements = 120;

/**
 * Asks every rewrite rule whether it turns `before` into `after`, alone or one after another; texts are compared as trees written out
 * again, so layout and comments do not count. Null when none vouches.
 */
export async function findRule(before: string, after: string, { rules, snapshot, parser }: RulesAndSchema): Promise<Vouching | null> {
  const [from, to] = [await onlyTree(parser, before), await onlyTree(parser, after)];
  if (from === null || to === null) return null;
  const goal = written(to);
  if (goal === null) return null;
  const names = { searchPath: ["public"], viewTrees: await viewTrees(snapshot, parser) };
  const seen = new Set([written(from)]);
  let steps: { readonly node: Node; readonly by: readonly string[]; readonly assumptions: readonly string[] }[] = [
    { node: from, by: [], assumptions: [] },
  ];
  for (let depth = 0; depth < mostSteps && seen.size < mostStatements; depth++) {
    const next: typeof steps = [];
    for (const step of steps) {
      const found = rewritable(step.node, snapshot.catalog, names);
      if (found.kind === "refused") continue;
      for (const [id, rule] of rules) {
        if (found.statement.callsVolatile && rule.volatileFunctions !== true) continue;
        for (const proposal of rule.rewrite(found.statement, contextOf(rule, snapshot))) {
          const text = proposal.contract === "same-result" ? written(proposal.node) : null;
          if (text === null || seen.has(text)) continue;
          seen.add(text);
          const by = [...new Set([...step.by, id])];
          const assumptions = [...new Set([...step.assumptions, ...proposal.assumes])];
          if (text === goal) return { id: by.join(", "), assumptions };
          next.push({ node: proposal.node, by, assumptions });
        }
      }
    }
    steps = next;
  }
  return null;
}

function contextOf(rule: RewriteRule, snapshot: Snapshot) {
  const options = Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]));
  return {
    catalog: catalogView(snapshot.catalog),
    postgres: snapshot.server.major,
    countingDays: null,
    databaseCollation: snapshot.server.collation,
    options,
  };
}

async function onlyTree(parser: SqlParser, sql: string): Promise<Node | null> {
  const parsed = await parser.parse(sql);
  return parsed.kind === "parsed" && parsed.statements.length === 1 ? (parsed.statements[0]?.node ?? null) : null;
}

function written(node: Node): string | null {
  try {
    return deparse(node);
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return null;
    throw error;
  }
}

async function viewTrees(snapshot: Snapshot, parser: SqlParser): Promise<Map<string, Node>> {
  const trees = new Map<string, Node>();
  for (const relation of snapshot.catalog.relations) {
    const tree = relation.viewDefinition === null ? null : await onlyTree(parser, relation.viewDefinition);
    if (tree !== null) trees.set(relationKey(relation), tree);
  }
  return trees;
}
