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
 * Every (expression, operator class) pair of the access method that answers some conjunct of the scan. Expressions that
 * are not immutable are left out; classes of an extension that would change an operator's meaning (intarray) count
 * only where it is installed.
 */
export function classKeys(scan: Scan, accessMethod: OperatorClass["accessMethod"], catalog: CatalogView, postgres: number): ClassKey[] {
  const found = new Map<string, ClassKey>();
  for (const predicate of scan.predicates) {
    if (predicate.on.immutable === false || predicate.compared.kind === "column") continue;
    const type = typeKind(catalog, scan.relation, predicate.on);
    if (type === null) continue;
    for (const operatorClass of operatorClassesFor(accessMethod, type, predicate.operator, postgres)) {
      if (operatorClass.extension === "intarray" && !catalog.hasExtension("intarray")) continue;
      if (operatorClass.extension === "pg_trgm" && !hasTrigram(predicate)) continue;
      const name = `${predicate.on.sql} ${operatorClass.name}`;
      const known = found.get(name);
      found.set(name, {
        on: predicate.on,
        type,
        operatorClass,
        operators: [...new Set([...(known?.operators ?? []), predicate.operator])],
        predicates: [...(known?.predicates ?? []), predicate],
      });
    }
  }
  return [...found.values()];
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
