import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Predicate, Scan, ScanExpression } from "../domain/workload.ts";
import { index, key } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { type OperatorClass, operatorClassesFor } from "./operator-class.ts";
import { typeKind } from "./scan-facts.ts";
import { hasTrigram } from "./text-pattern.ts";

/** A column or expression that one operator class of GIN, GiST or SP-GiST can search, with the operators that ask for it. */
export interface ClassKey {
  readonly on: ScanExpression;
  /** As `typeKind` names it. */
  readonly type: string;
  readonly operatorClass: OperatorClass;
  readonly operators: readonly string[];
  readonly predicates: readonly Predicate[];
}

/**
 * Every (expression, operator class) pair of the access method that answers some conjunct of the scan, or every arm of one
 * OR. Expressions that are not immutable are left out; classes of an extension that changes what an operator means
 * (intarray) count only where it is installed.
 */
export function classKeys(scan: Scan, accessMethod: OperatorClass["accessMethod"], catalog: CatalogView, postgres: number): ClassKey[] {
  const ofAll = keysOf(scan.predicates, scan, accessMethod, catalog, postgres);
  const ofArms = scan.disjunctions.flatMap((arms) => {
    const [first = [], ...others] = arms.map((arm) => keysOf(arm, scan, accessMethod, catalog, postgres));
    return first.flatMap((found) => {
      const same = others.map((keys) => keys.find((each) => nameOf(each) === nameOf(found)));
      return same.includes(undefined) ? [] : [same.reduce<ClassKey>((all, each) => (each ? merged(all, each) : all), found)];
    });
  });
  return mergedByName([...ofAll, ...ofArms]);
}

/** For each OR whose arms need different expressions of one access method: a key per arm, for one index that answers all of them. */
export function armKeys(scan: Scan, accessMethod: OperatorClass["accessMethod"], catalog: CatalogView, postgres: number): ClassKey[][] {
  const together = scan.disjunctions.map((arms) => {
    const each = arms.map((arm) => keysOf(arm, scan, accessMethod, catalog, postgres));
    return each.some((keys) => keys.length === 0) ? [] : mergedByName(each.map(([first]) => first).filter((key) => key !== undefined));
  });
  return together.filter((keys) => new Set(keys.map(({ on }) => on.sql)).size > 1);
}

/** One operator class per expression: the one that answers most of what is asked, the smaller jsonb_path_ops when both do. */
export function bestPerExpression(keys: readonly ClassKey[]): ClassKey[] {
  const best = new Map<string, ClassKey>();
  for (const found of keys) {
    // Whole arrays compared by `=` are a B-tree's work.
    if (found.operators.every((operator) => operator === "=")) continue;
    const known = best.get(found.on.sql);
    const better = found.operators.length - (known?.operators.length ?? 0);
    if (!known || better > 0 || (better === 0 && !found.operatorClass.isDefault)) best.set(found.on.sql, found);
  }
  return [...best.values()];
}

function keysOf(
  predicates: readonly Predicate[],
  scan: Scan,
  accessMethod: OperatorClass["accessMethod"],
  catalog: CatalogView,
  postgres: number,
): ClassKey[] {
  const found: ClassKey[] = [];
  for (const predicate of predicates) {
    if (predicate.on.immutable === false || holdsPoint(predicate, catalog)) continue;
    // `name ILIKE ANY ($1)`: a bitmap scan searches for each element in turn. `= ANY` of a scalar is a B-tree's work.
    const operator = predicate.operator.replace(/(?<!=) any$/, "");
    const type = typeKind(catalog, scan.relation, predicate.on) ?? (textOperators.has(operator) ? "text" : null);
    if (type === null) continue;
    for (const operatorClass of operatorClassesFor(accessMethod, type, operator, postgres)) {
      if (operatorClass.extension === "intarray" && !catalog.hasExtension("intarray")) continue;
      if (operatorClass.extension === "pg_trgm" && !hasTrigram(predicate)) continue;
      found.push({ on: predicate.on, type, operatorClass, operators: [operator], predicates: [predicate] });
    }
  }
  return mergedByName(found);
}

/** `area @> point`: an operator that exists, but in no operator class (box_ops, poly_ops and circle_ops compare like with like). */
export function holdsPoint({ operator, compared }: Predicate, catalog: CatalogView): boolean {
  if (operator !== "@>") return false;
  if (compared.kind === "column")
    return compared.relation !== null && catalog.column(compared.relation, compared.column)?.baseType === "point";
  if (compared.kind === "constant") return compared.type === "point";
  return compared.kind !== "none" && /^\(*\s*point\s*\(|::\s*point\)*$|\bas point\s*\)+$/i.test(compared.sql);
}

/** Operators that only texts have: they tell the type of a user's own function. */
const textOperators = new Set(["~~", "~~*", "~*", "^@"]);

function nameOf(found: ClassKey): string {
  return `${found.on.sql} ${found.operatorClass.name}`;
}

function mergedByName(keys: readonly ClassKey[]): ClassKey[] {
  const byName = new Map<string, ClassKey>();
  for (const each of keys) {
    const known = byName.get(nameOf(each));
    byName.set(nameOf(each), known ? merged(known, each) : each);
  }
  return [...byName.values()];
}

function merged(one: ClassKey, other: ClassKey): ClassKey {
  const operators = [...new Set([...one.operators, ...other.operators])];
  return { ...one, operators, predicates: [...one.predicates, ...other.predicates] };
}

/** The index key: the operator class is named only when it is not the type's default. */
export function classKey(found: ClassKey): CandidateKey {
  const operatorClass = found.operatorClass.isDefault ? null : found.operatorClass.name;
  return key(found.on.column ?? found.on, { operatorClass });
}

/** An index over scalar columns first and class keys after; `scalarExtension` is what lets the scalars in. */
export function classIndex(
  relation: RelationName,
  found: readonly ClassKey[],
  scalars: readonly ScanExpression[] = [],
  scalarExtension: string | null = null,
): IndexDefinition {
  const accessMethod = found[0]?.operatorClass.accessMethod ?? "gin";
  const needed = [scalars.length > 0 ? scalarExtension : null, ...found.map((each) => each.operatorClass.extension)];
  const extensions = [...new Set(needed.filter((each) => each !== null))];
  const keys = [...scalars.map((on) => key(on.column ?? on)), ...found.map(classKey)];
  const built = index(relation, accessMethod, keys, { extension: extensions[0] ?? null });
  return extensions.length > 1 ? { ...built, otherExtensions: extensions.slice(1) } : built;
}
