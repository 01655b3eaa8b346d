import type { Planner, WhatIf } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog } from "../domain/catalog.ts";
import { qualified } from "../domain/identifier.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import { subsetCatalog } from "../domain/subset-catalog.ts";
import { type PlannedFamily, reads, type SchemaQuestions } from "./replan.ts";

/** Statements with values bound, which alone can show which partitions or index entries they reach; generic ones where there are none. */
export function withValues(families: readonly PlannedFamily[]): PlannedFamily[] {
  return families.map(({ family, typical }) => ({
    family,
    typical: typical.kind === "generic" ? (family.examples.find((each) => each.kind !== "generic") ?? typical) : typical,
  }));
}

/** The statements that read or change a relation. */
export function touching(families: readonly PlannedFamily[], relation: RelationName): PlannedFamily[] {
  return families.filter(({ family }) => reads(family, relation));
}

/** The part of the catalog that statements need to be planned. */
export function catalogOf(families: readonly PlannedFamily[], { catalog }: SchemaQuestions): Catalog {
  return subsetCatalog(
    catalog,
    families.flatMap(({ family }) => family.scans.map((scan) => scan.relation)),
    families.map(({ typical }) => typical.sql),
  );
}

/** A planner of another schema with the recommended indexes in place. */
export interface OtherSchema {
  readonly planner: Planner;
  readonly indexes: WhatIf;
  /** Makes one more index and shows it. */
  add(id: string, index: IndexDefinition): Promise<void>;
}

/**
 * What `work` gives under another schema; a text says why it cannot be tried: no such planner, or a relation of `changed` that its
 * server would not make as the catalog says. `indexOf` gives each recommended index as it would be there.
 */
export async function underSchema<T>(
  { planner, indexes, chosen, stop }: SchemaQuestions,
  change: {
    readonly catalog: Catalog;
    readonly changed: readonly RelationName[];
    readonly indexOf?: (index: IndexDefinition) => IndexDefinition;
  },
  work: (other: OtherSchema) => Promise<T>,
): Promise<T | string> {
  if (!planner.underSchema) return `the ${planner.backend} planner cannot try another schema`;
  const { catalog, changed, indexOf = (index) => index } = change;
  const tried = await planner.underSchema(catalog, async (other) => {
    const names = changed.map(qualified);
    const broken = other.gaps.find((gap) => gap.area === "shadow" && names.some((name) => gap.what.includes(name)));
    if (broken) return `${broken.what}: ${broken.why}`;
    const show: string[] = [];
    const add = async (id: string, index: IndexDefinition) => {
      stop();
      const prepared = await other.prepare(id, index);
      if (prepared.kind === "prepared") show.push(id);
    };
    for (const { id, index } of chosen)
      if (catalog.relations.some((each) => sameRelation(each, index.relation))) await add(id, indexOf(index));
    return work({ planner: other, indexes: { show, hide: indexes.hide }, add });
  });
  return tried.kind === "refused" ? tried.why : tried.result;
}
