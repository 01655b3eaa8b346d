import type { Change, IndexDefinition } from "../domain/candidate.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { typeClass } from "./type-class.ts";

/**
 * What kind of change helped, without names: access method, kinds of key in order, operator class where it is not the type's
 * own, and whether it covers or is partial: `btree column-integer column-moment`, `gin expression-text gin_trgm_ops partial`. The label
 * that nearness of statements is trained and judged on.
 */
export function changeClass(change: Change, catalog: CatalogView): string {
  switch (change.kind) {
    case "create-index":
      return indexClass(change.index, catalog);
    case "drop-index":
      return "drop";
    case "rewrite":
      return "rewrite";
  }
}

function indexClass(index: IndexDefinition, catalog: CatalogView): string {
  const keys = index.keys.map((key) => {
    if (key.column === null) return "expression";
    return `column-${typeClass(catalog.column(index.relation, key.column)?.baseType ?? null)}`;
  });
  const classes = index.keys.flatMap((key) =>
    key.operatorClass === null || asGoodAsDefault.has(key.operatorClass) ? [] : [sameAs.get(key.operatorClass) ?? key.operatorClass],
  );
  return [
    index.accessMethod,
    ...keys,
    ...new Set(classes),
    ...(index.include.length > 0 ? ["covering"] : []),
    ...(index.predicate === null ? [] : ["partial"]),
  ].join(" ");
}

/** Operator classes that serve the same operators, so that one is as good an answer as the other. */
const sameAs = new Map([
  ["varchar_pattern_ops", "text_pattern_ops"],
  ["bpchar_pattern_ops", "text_pattern_ops"],
]);
/** SP-GiST's two ways to divide points: the same operators, and the default is one of them. */
const asGoodAsDefault = new Set(["kd_point_ops", "quad_point_ops"]);
