import type { Index, Relation } from "../domain/catalog.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import { searchedTexts } from "../domain/named-in-text.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { CatalogView } from "./catalog-view.ts";

/** What stands between a table and partitions by one of its columns, each in a few words with its name. */
export interface PartitionObstacles {
  /** Keys that a partitioned table can keep only with the column in them. */
  readonly unique: readonly Index[];
  readonly words: readonly string[];
}

/** From this version on partitions share the identity of their parent, and a table with one of its own is not attached (release 17). */
const identitySince = 17;

/**
 * Names what must change before `column` can part the table: unique and exclusion constraints without it, foreign keys of other
 * tables, and what hangs on the table itself and stays with it when another takes its name: views, triggers, policies.
 */
export function partitionObstacles(catalog: CatalogView, table: Relation, column: string, major: number): PartitionObstacles {
  const lacking = table.indexes.filter(
    (each) => (each.unique || each.constraint?.kind === "exclusion") && !each.keys.some((key) => key.column === column),
  );
  const [exclusions, unique] = [
    lacking.filter((each) => each.constraint?.kind === "exclusion"),
    lacking.filter((each) => each.constraint?.kind !== "exclusion"),
  ];
  const others = catalog.all.relations.filter((each) => each.partitionBound === null);
  const referring = others.flatMap((each) =>
    each.constraints
      .filter(({ kind, references }) => kind === "foreign-key" && references !== null && sameRelation(references.relation, table))
      .map((constraint) => `foreign key ${readableIdent(constraint.name)} of ${readableQualified(each)} refers to it`),
  );
  const views = others.filter((each) => each.viewDefinition !== null && searchedTexts([each.viewDefinition]).names(table.name));
  const identity = table.columns.filter((each) => each.identity !== null);
  const serial = table.columns.filter((each) => each.identity === null && (each.default ?? "").startsWith("nextval("));
  const words = [
    ...unique.map((each) => `unique ${readableIdent(each.name)} lacks ${readableIdent(column)}`),
    ...exclusions.map((each) => `exclusion constraint ${readableIdent(each.name)} lacks ${readableIdent(column)}`),
    ...referring,
    ...views.map((each) => `${each.kind === "view" ? "view" : "materialized view"} ${readableQualified(each)} stays with the old table`),
    ...(table.triggers ?? []).map((each) => `trigger ${readableIdent(each.name)} must be made again`),
    ...(table.policies ?? []).map((each) => `policy ${readableIdent(each.name)} must be made again`),
    ...identity.map(
      (each) =>
        `identity of ${readableIdent(each.name)} must be made again, from above its highest value` +
        (major < identitySince ? "" : ", and dropped from the old table before it is attached"),
    ),
    ...serial.map((each) => `sequence of ${readableIdent(each.name)} belongs to the old table until ALTER SEQUENCE … OWNED BY`),
    ...(table.columns.some((each) => each.name === column && !each.notNull)
      ? [`${readableIdent(column)} may be NULL, which only a DEFAULT partition takes`]
      : []),
  ];
  return { unique, words };
}
