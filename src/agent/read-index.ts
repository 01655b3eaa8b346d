import type { IndexElem, Node } from "@pgsql/types";
import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import { ident, qualified, readableIdent } from "../domain/identifier.ts";
import { accessMethods } from "../domain/postgres.ts";
import type { ScanExpression } from "../domain/workload.ts";
import { scanExpression, sqlFor } from "../names/expression.ts";
import { type Query, type TableSource, varsOf } from "../names/query-tree.ts";
import { resolveStatement } from "../names/resolve-names.ts";
import { volatilityOf } from "../names/volatility.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { forbiddenIn } from "./allowed-expression.ts";
import { extensionsFor, isDefaultClass } from "./class-facts.ts";
import { type IndexProposal, type Refused, refused } from "./proposal-shape.ts";

export interface Surroundings {
  readonly catalog: CatalogView;
  readonly parser: SqlParser;
  /** Relations of the statement: nothing else may be touched. */
  readonly relations: readonly Relation[];
}

/**
 * The index that a model's words mean, each part parsed on its own and resolved against the one table; or why it is refused. Nothing of
 * it is run. Text comes back as our own deparser writes it.
 */
export async function readIndex(proposal: IndexProposal, around: Surroundings): Promise<IndexDefinition | Refused> {
  const relation = findTable(proposal.table, around.relations);
  if (relation === null) return refused("unknown-name", "the statement reads no such table");
  if (!["table", "partitioned-table", "materialized-view"].includes(relation.kind))
    return refused("unsafe", `a ${relation.kind.replace("-", " ")} cannot be indexed`);
  const method = accessMethods.find((each) => each === proposal.method);
  if (method === undefined) return refused("unreadable", "the access method is unknown");
  const elements: IndexElem[] = [];
  for (const key of proposal.keys) {
    // Models leave out the parentheses that an expression needs.
    const element = (await readElement(key, around.parser)) ?? (await readElement(`(${key}\n)`, around.parser));
    if (element === null) return refused("unreadable", "a key is not one that CREATE INDEX takes");
    elements.push(element);
  }
  const where = proposal.where === null || proposal.where.trim() === "" ? null : await readCondition(proposal.where, around.parser);
  if (where === "unreadable") return refused("unreadable", "WHERE is no condition");
  const parts = [...elements.map(keyNode), ...(where === null ? [] : [where])];
  for (const part of parts) {
    const why = forbiddenIn(part, around.catalog.all);
    if (why !== null) return refused("unsafe", why);
  }
  const include: string[] = [];
  for (const name of proposal.include) {
    const column = relation.columns.find((each) => each.name === name || readableIdent(each.name) === name || ident(each.name) === name);
    if (!column) return refused("unknown-name", "INCLUDE names a column that the table does not have");
    include.push(column.name);
  }
  const resolved = await resolve(relation, elements.map(keyNode), where, around);
  if ("kind" in resolved) return resolved;
  const keys = elements.map((element, at) => candidateKey(element, resolved.keys[at]!, method));
  const keyed = new Set(keys.map(({ column }) => column));
  const [extension = null, ...otherExtensions] = extensionsFor(method, keys, resolved.keys);
  return {
    relation: { schema: relation.schema, name: relation.name },
    accessMethod: method,
    keys,
    include: [...new Set(include)].filter((column) => !keyed.has(column)).toSorted(),
    predicate: resolved.predicate,
    storage: {},
    extension,
    ...(otherExtensions.length > 0 ? { otherExtensions } : {}),
  };
}

/** By its name alone, or with its schema, quoted or not; null when it is none of these or two. */
export function findTable(name: string, relations: readonly Relation[]): Relation | null {
  const found = relations.filter(
    (each) =>
      [each.name, readableIdent(each.name), ident(each.name)].includes(name) ||
      [`${each.schema}.${each.name}`, qualified(each), `${readableIdent(each.schema)}.${readableIdent(each.name)}`].includes(name),
  );
  return found.length === 1 ? found[0]! : null;
}

/** One element of an index and nothing beside it; null for any other text. */
async function readElement(key: string, parser: SqlParser): Promise<IndexElem | null> {
  const parsed = await parser.parse(`CREATE INDEX ON t USING btree (${key}\n)`);
  const [statement, ...others] = parsed.kind === "parsed" ? parsed.statements : [];
  if (!statement || others.length > 0 || !("IndexStmt" in statement.node)) return null;
  const { indexParams = [], relation: _, accessMethod: __, ...rest } = statement.node.IndexStmt;
  // Whatever else the text made of the command (WHERE, INCLUDE, WITH, TABLESPACE) it should not have said.
  if (Object.keys(rest).length > 0 || indexParams.length !== 1) return null;
  const [element] = indexParams;
  if (!element || !("IndexElem" in element)) return null;
  const { opclass = [], opclassopts } = element.IndexElem;
  const isPlain =
    opclass.length <= 1 && opclassopts === undefined && opclass.every((each) => "String" in each && /^\w+$/.test(each.String.sval ?? ""));
  return isPlain ? element.IndexElem : null;
}

async function readCondition(where: string, parser: SqlParser): Promise<Node | "unreadable"> {
  const parsed = await parser.parse(`SELECT WHERE (${where}\n)`);
  const [statement, ...others] = parsed.kind === "parsed" ? parsed.statements : [];
  if (!statement || others.length > 0 || !("SelectStmt" in statement.node)) return "unreadable";
  const { whereClause, limitOption: _, op: __, ...rest } = statement.node.SelectStmt;
  return whereClause && Object.keys(rest).length === 0 ? whereClause : "unreadable";
}

function keyNode(element: IndexElem): Node {
  if (element.expr) return element.expr;
  return { ColumnRef: { fields: [{ String: { sval: element.name ?? "" } }] } };
}

interface Resolved {
  readonly keys: readonly ScanExpression[];
  readonly predicate: string | null;
}

/** Keys and condition as `SELECT keys FROM table WHERE condition` would mean them. */
async function resolve(
  relation: Relation,
  keys: readonly Node[],
  where: Node | null,
  { catalog, parser }: Surroundings,
): Promise<Resolved | Refused> {
  const frame = await parser.parse(`SELECT 1 FROM ${qualified(relation)}`);
  const [statement] = frame.kind === "parsed" ? frame.statements : [];
  if (!statement || !("SelectStmt" in statement.node)) return refused("unreadable", "the table's name cannot be parsed");
  const select: Node = {
    SelectStmt: {
      ...statement.node.SelectStmt,
      targetList: keys.map((val) => ({ ResTarget: { val } })),
      ...(where === null ? {} : { whereClause: where }),
    },
  };
  const { query, sources, unresolved } = resolveStatement(select, catalog.all, { searchPath: [], viewTrees: new Map() });
  const [source, ...others] = sources;
  if (unresolved.length > 0) return refused("unknown-name", "it names a column that the table does not have");
  if (query === null || source?.kind !== "table" || others.length > 0) return refused("unreadable", "it reads more than the table");
  const found: ScanExpression[] = [];
  for (const { expression } of query.outputs) {
    const key = scanExpression(expression, source, catalog.all);
    if (key === null) return refused("unreadable", "a key is no expression over the table's columns");
    if (key.column === null && key.immutable !== true) return refused("unsafe", "a key is not known to be immutable");
    found.push(key);
  }
  if (found.length !== keys.length) return refused("unreadable", "a key stands for several columns");
  const conditions = conditionsOf(query);
  if (conditions.some((each) => varsOf(each).length === 0 || volatilityOf(each, catalog.all) !== "immutable"))
    return refused("unsafe", "WHERE is not known to be immutable, or compares no column");
  const texts = conditions.map((each) => conditionSql(each, source));
  if (texts.includes(null)) return refused("unreadable", "WHERE cannot be written back");
  return { keys: found, predicate: texts.length === 0 ? null : texts.join(" AND ") };
}

function conditionsOf({ from }: Query): readonly Node[] {
  return from.kind === "inner" ? from.conditions : [];
}

function conditionSql(node: Node, source: TableSource): string | null {
  const sql = sqlFor(node, source);
  const isOr = "BoolExpr" in node && node.BoolExpr.boolop === "OR_EXPR";
  return sql !== null && isOr ? `(${sql})` : sql;
}

function candidateKey(element: IndexElem, key: ScanExpression, method: IndexDefinition["accessMethod"]): CandidateKey {
  const [named] = element.opclass ?? [];
  const operatorClass = named && "String" in named ? (named.String.sval ?? null) : null;
  const descending = element.ordering === "SORTBY_DESC";
  const nulls = element.nulls_ordering;
  return {
    column: key.column,
    sql: key.sql,
    operatorClass: operatorClass !== null && isDefaultClass(operatorClass, method, key.type) ? null : operatorClass,
    collation: collationOf(element) ?? key.collation,
    descending,
    nullsFirst: nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending),
  };
}

function collationOf({ collation = [] }: IndexElem): string | null {
  const names = collation.flatMap((each) => ("String" in each ? [ident(each.String.sval ?? "")] : []));
  return names.length === 0 ? null : names.join(".");
}
