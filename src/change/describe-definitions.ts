import type { ColumnDef, Constraint, IndexElem, Node, RangeVar } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { readableIdent } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { ColumnDefinition, ConstraintDefinition, DefaultExpression, IndexElement } from "../domain/schema-change.ts";
import { functionName } from "../names/query-shape.ts";
import { volatilityOf } from "../names/volatility.ts";
import { deparse } from "../syntax/deparse.ts";
import { walk } from "../syntax/tree.ts";
import { isSerial, typeOfName } from "../syntax/type-reference.ts";

/** How names of a statement are looked up. */
export interface ChangeNames {
  /** Schema-qualifies a relation: the first on the search path that has it, else the path's first schema. */
  relation(name: { readonly schemaname?: string | undefined; readonly relname?: string | undefined }): RelationName;
  /** For functions and their volatility. */
  readonly catalog: Catalog;
}

export function relationOf(reference: RangeVar | undefined, names: ChangeNames): RelationName {
  return names.relation({ schemaname: reference?.schemaname, relname: reference?.relname });
}

/** Text of an expression; deparse refuses what it would write wrongly, and then the words stand for it. */
export function sqlOf(node: Node): string {
  try {
    return deparse(node);
  } catch {
    return "(an expression)";
  }
}

export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : []));
}

/** A collation as it is written: `"C"`, `"de-x-icu"`. */
export function collationName(names: readonly Node[] | undefined): string | null {
  const parts = stringsOf(names);
  return parts.length === 0 ? null : parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

export function defaultOf(node: Node, names: ChangeNames): DefaultExpression {
  const bare = withoutCasts(node);
  let culprit: string | null = null;
  walk(node, (each) => {
    if (culprit !== null || !("FuncCall" in each)) return undefined;
    const own = volatilityOf(each, names.catalog);
    if (own === "volatile" || own === null) culprit = functionName(each.FuncCall);
    return undefined;
  });
  return {
    sql: sqlOf(node),
    volatility: volatilityOf(node, names.catalog),
    culprit,
    isNull: "A_Const" in bare && bare.A_Const.isnull === true,
  };
}

function withoutCasts(node: Node): Node {
  return "TypeCast" in node && node.TypeCast.arg ? withoutCasts(node.TypeCast.arg) : node;
}

export function columnOf(column: ColumnDef, names: ChangeNames): ColumnDefinition {
  const parts = (column.constraints ?? []).flatMap((each) => ("Constraint" in each ? [each.Constraint] : []));
  const of = (kind: Constraint["contype"]) => parts.find((each) => each.contype === kind);
  const expression = of("CONSTR_DEFAULT")?.raw_expr;
  const generated = of("CONSTR_GENERATED");
  const name = column.colname ?? "";
  return {
    name,
    type: typeOfName(column.typeName),
    serial: isSerial(column.typeName),
    identity: of("CONSTR_IDENTITY") !== undefined,
    generated: generated ? (generated.generated_kind === "v" ? "virtual" : "stored") : null,
    notNull: of("CONSTR_NOTNULL") !== undefined,
    default: expression ? defaultOf(expression, names) : null,
    collation: collationName(column.collClause?.collname),
    constraints: parts.flatMap((each) => {
      const own = constraintOf(each, names);
      return own === null || own.kind === "not-null" ? [] : [{ ...own, columns: own.columns.length > 0 ? own.columns : [name] }];
    }),
  };
}

const kinds: Readonly<Partial<Record<NonNullable<Constraint["contype"]>, ConstraintDefinition["kind"]>>> = {
  CONSTR_CHECK: "check",
  CONSTR_FOREIGN: "foreign-key",
  CONSTR_PRIMARY: "primary-key",
  CONSTR_UNIQUE: "unique",
  CONSTR_EXCLUSION: "exclusion",
  CONSTR_NOTNULL: "not-null",
};

const actions: Readonly<Record<string, string>> = { a: "NO ACTION", r: "RESTRICT", c: "CASCADE", n: "SET NULL", d: "SET DEFAULT" };

/** Null for what is no constraint of the catalog (DEFAULT, GENERATED, …). */
export function constraintOf(constraint: Constraint, names: ChangeNames): ConstraintDefinition | null {
  const kind = constraint.contype === undefined ? undefined : kinds[constraint.contype];
  if (kind === undefined) return null;
  const expression = constraint.raw_expr;
  const keys = kind === "foreign-key" ? constraint.fk_attrs : constraint.keys;
  return {
    kind,
    name: constraint.conname ?? null,
    columns: stringsOf(keys),
    notValid: constraint.skip_validation === true,
    expression: expression ? sqlOf(expression) : null,
    provesNotNull: expression ? notNullColumns(expression) : [],
    references:
      kind === "foreign-key"
        ? {
            relation: relationOf(constraint.pktable, names),
            columns: stringsOf(constraint.pk_attrs),
            onDelete: actions[constraint.fk_del_action ?? "a"] ?? "NO ACTION",
          }
        : null,
    usingIndex: constraint.indexname ?? null,
    // Only these two can be NOT ENFORCED; the grammar leaves a false field out.
    enforced: (kind !== "check" && kind !== "foreign-key") || constraint.is_enforced === true,
  };
}

/** Columns of which the expression can be true for no null: conjuncts `column IS NOT NULL` (predtest.c proves more, rarely written). */
function notNullColumns(expression: Node): string[] {
  if ("BoolExpr" in expression && expression.BoolExpr.boolop === "AND_EXPR")
    return (expression.BoolExpr.args ?? []).flatMap(notNullColumns);
  if (!("NullTest" in expression) || expression.NullTest.nulltesttype !== "IS_NOT_NULL") return [];
  const { arg } = expression.NullTest;
  return arg && "ColumnRef" in arg ? stringsOf(arg.ColumnRef.fields).slice(-1) : [];
}

export function indexElement(element: IndexElem): IndexElement {
  const descending = element.ordering === "SORTBY_DESC";
  const nulls = element.nulls_ordering;
  return {
    column: element.name ?? null,
    sql: element.name === undefined ? (element.expr ? sqlOf(element.expr) : "") : readableIdent(element.name),
    operatorClass: stringsOf(element.opclass).at(-1) ?? null,
    collation: collationName(element.collation),
    descending,
    nullsFirst: nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending),
  };
}

/** Relations that a query or expression reads, names of its own WITH apart. */
export function relationsRead(node: Node, names: ChangeNames): RelationName[] {
  const own = new Set<string>();
  walk(node, (each) => {
    if ("CommonTableExpr" in each) own.add(each.CommonTableExpr.ctename ?? "");
    return undefined;
  });
  const read = new Map<string, RelationName>();
  walk(node, (each) => {
    if ("LockingClause" in each) return "skip"; // names of its FROM, aliases too
    if ("RangeVar" in each && (each.RangeVar.schemaname !== undefined || !own.has(each.RangeVar.relname ?? ""))) {
      const relation = relationOf(each.RangeVar, names);
      read.set(`${relation.schema}.${relation.name}`, relation);
    }
    return undefined;
  });
  return [...read.values()];
}
