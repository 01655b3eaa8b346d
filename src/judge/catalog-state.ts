import type { Catalog, Column, Constraint, Index, Relation } from "../domain/catalog.ts";
import { identName } from "../domain/identifier.ts";
import type { IndexElement } from "../domain/schema-change.ts";
import { ownCollation } from "../rule/index-overlap.ts";
import type { ColumnState, ConstraintState, IndexState, TableState, TypeState } from "../rule/table-state.ts";
import { typeOfText } from "../syntax/type-reference.ts";

/** A relation of the catalog as the migration finds it. */
export function stateOfRelation(relation: Relation): TableState {
  return {
    schema: relation.schema,
    name: relation.name,
    kind: relation.kind,
    createdHere: false,
    temporary: false,
    before: relation,
    complete: true,
    columns: relation.columns.map(stateOfColumn),
    indexes: relation.indexes.map(stateOfIndex),
    constraints: relation.constraints.map(stateOfConstraint),
    parents: relation.parents,
    bound: relation.partitionBound,
    partitionKey: partitionColumns(relation.partitionKey),
    rowSecurity: relation.rowSecurity,
    policies: (relation.policies ?? []).map((policy) => policy.name),
    unlogged: relation.unlogged,
    accessMethod: relation.accessMethod ?? null,
  };
}

function stateOfColumn(column: Column): ColumnState {
  const { name, notNull, collation, generated } = column;
  return {
    name,
    type: typeOfText(column.type),
    notNull,
    default: column.default === null ? null : { sql: column.default, volatility: null, culprit: null, isNull: false },
    collation,
    identity: column.identity !== null,
    generated,
    addedHere: false,
  };
}

function stateOfIndex(index: Index): IndexState {
  return {
    name: index.name,
    accessMethod: index.accessMethod,
    keys: index.keys.map(
      (key, position): IndexElement => ({
        column: key.column,
        sql: key.sql,
        operatorClass: key.operatorClass,
        collation: ownCollation(index, position),
        descending: key.descending,
        nullsFirst: key.nullsFirst,
      }),
    ),
    include: index.include,
    predicate: index.predicate,
    unique: index.unique,
    primary: index.primary,
    valid: index.valid,
    constraint: index.constraint?.name ?? null,
    replicaIdentity: index.replicaIdentity,
    addedHere: false,
    before: index,
  };
}

function stateOfConstraint(constraint: Constraint): ConstraintState {
  const { name, kind, columns, validated, definition, references } = constraint;
  const expression = kind === "check" ? (/^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition)?.[1] ?? definition) : null;
  return {
    kind,
    name,
    columns,
    notValid: !validated,
    validated,
    expression,
    provesNotNull: expression === null ? [] : provenBy(expression),
    references: references && { relation: references.relation, columns: references.columns, onDelete: references.onDelete },
    usingIndex: null,
    enforced: !definition.endsWith(" NOT ENFORCED"),
    addedHere: false,
  };
}

/** Conjuncts `column IS NOT NULL` of a deparsed CHECK; one with OR in it proves nothing we can see. */
function provenBy(expression: string): string[] {
  if (/\bOR\b/.test(expression)) return [];
  return expression.split(/\bAND\b/).flatMap((each) => {
    const column = /^[\s(]*("(?:[^"]|"")+"|[\w$]+) IS NOT NULL[\s)]*$/.exec(each)?.[1];
    return column === undefined ? [] : [identName(column)];
  });
}

/** Columns of `RANGE (created_at)`; empty when the key holds an expression. */
function partitionColumns(key: string | null): string[] {
  const list = /^\w+ \((.*)\)$/s.exec(key ?? "")?.[1];
  if (list === undefined || list.includes("(")) return [];
  return list.split(", ").map((each) => {
    const name = /^("(?:[^"]|"")+"|[\w$]+)/.exec(each)?.[1] ?? each;
    return identName(name);
  });
}

export function typesOfCatalog(catalog: Catalog): TypeState[] {
  const nothing = { createdHere: false, addedValues: new Map<string, number>() };
  return [
    ...catalog.enums.map((each): TypeState => {
      return { schema: each.schema, name: each.name, kind: "enum", ...nothing, constrained: false, baseType: null };
    }),
    ...catalog.domains.map((each): TypeState => {
      const constrained = each.notNull || each.checks.length > 0;
      return { schema: each.schema, name: each.name, kind: "domain", ...nothing, constrained, baseType: typeOfText(each.baseType) };
    }),
  ];
}
