import type { Node } from "@pgsql/types";
import { expressionKey } from "../names/expression-key.ts";
import { comparisonNode, operatorName } from "../names/operators.ts";
import { hasSubLink, type Source, sourcesOf } from "../names/query-tree.ts";
import type { Region } from "./join-regions.ts";

/** Expressions that a region's `=` conditions make equal (PostgreSQL's EquivalenceClass). */
export interface EquivalenceClass {
  readonly members: readonly Member[];
  /** Constants, parameters and columns of enclosing queries; empty when none is known. */
  readonly constants: readonly Node[];
}
export interface Member {
  readonly node: Node;
  readonly sources: ReadonlySet<Source>;
}

/**
 * Join conditions between every two members are only made up to this many members: they grow with the square, and PostgreSQL's
 * own join search gives up its exhaustive form at 12 relations (geqo_threshold).
 */
const mostMembers = 12;

/** The classes of one region. `own` are the sources of this query; columns of any other are constants to it. */
export function equivalenceClasses(
  region: Region,
  own: ReadonlySet<Source>,
  parentClasses: readonly EquivalenceClass[],
): EquivalenceClass[] {
  const classes = new Map<string, { members: Member[]; constants: Node[] }>();
  const classOf = (node: Node) => {
    const key = expressionKey(node);
    const found = classes.get(key);
    if (found) return found;
    const sources = new Set([...sourcesOf(node)].filter((source) => own.has(source)));
    const made = sources.size === 0 ? { members: [], constants: [node] } : { members: [{ node, sources }], constants: [] };
    classes.set(key, made);
    return made;
  };
  for (const condition of region.conditions) {
    const sides = equalSides(condition);
    if (!sides) continue;
    const [a, b] = sides.map(classOf);
    if (!a || !b || a === b) continue;
    const [small, large] = a.members.length < b.members.length ? [a, b] : [b, a];
    large.members.push(...small.members);
    large.constants.push(...small.constants);
    for (const each of [...small.members.map((member) => member.node), ...small.constants]) classes.set(expressionKey(each), large);
  }
  const found = [...new Set(classes.values())].filter((each) => each.members.length > 0);
  return found.map((each) => ({
    ...each,
    constants: each.constants.length > 0 ? each.constants : inherited(each.members, region, parentClasses),
  }));
}

/** A constant that the kept side of the outer join knows for one of its columns holds in the ON condition too (initsplan.c, reconsider_outer_join_clauses). */
function inherited(members: readonly Member[], region: Region, parentClasses: readonly EquivalenceClass[]): Node[] {
  for (const { node, sources } of members) {
    if ([...sources].some((source) => region.sources.has(source))) continue;
    const key = expressionKey(node);
    const known = parentClasses.find(
      (each) => each.constants.length > 0 && each.members.some((member) => expressionKey(member.node) === key),
    );
    if (known) return [known.constants[0]!];
  }
  return [];
}

/** Both sides of a plain `=`; null for any other condition. */
function equalSides(condition: Node): readonly [Node, Node] | null {
  if (!("A_Expr" in condition) || condition.A_Expr.kind !== "AEXPR_OP" || operatorName(condition.A_Expr.name) !== "=") return null;
  const { lexpr, rexpr } = condition.A_Expr;
  if (!lexpr || !rexpr || "RowExpr" in lexpr || "RowExpr" in rexpr || hasSubLink(lexpr) || hasSubLink(rexpr)) return null;
  return [lexpr, rexpr];
}

/** Conditions that follow from a region's own and are not among them: a constant for every member, else joins between members. */
export function impliedConditions(region: Region, classes: readonly EquivalenceClass[]): Node[] {
  const written = new Set<string>();
  for (const condition of region.conditions) {
    const sides = equalSides(condition)?.map(expressionKey);
    if (sides) written.add(sides.join("=")).add(sides.toReversed().join("="));
  }
  const implied: Node[] = [];
  const add = (a: Node, b: Node) => {
    if (!written.has(`${expressionKey(a)}=${expressionKey(b)}`)) implied.push(comparisonNode(a, "=", b));
  };
  const inside = (member: Member) => [...member.sources].every((source) => region.sources.has(source));
  for (const { members, constants } of classes) {
    const single = members.filter((member) => member.sources.size === 1);
    const [constant] = constants;
    if (constant) {
      // A column that was compared with one of several constants has its own.
      const compared = ({ node }: Member) => constants.some((each) => written.has(`${expressionKey(node)}=${expressionKey(each)}`));
      for (const member of single) if (inside(member) && !compared(member)) add(member.node, constant);
      continue;
    }
    if (members.length > mostMembers) continue;
    for (const [position, a] of single.entries())
      for (const b of single.slice(position + 1)) {
        const joins = ![...a.sources].some((source) => b.sources.has(source));
        if (joins && (inside(a) || inside(b))) add(a.node, b.node);
      }
  }
  return implied;
}
