import type { RelationName } from "../domain/postgres.ts";
import { type IndexProposal, type Refused, refused, type StatisticsProposal } from "./proposal-shape.ts";
import { readIndex, type Surroundings } from "./read-index.ts";

/** Extended statistics that somebody wants: quoted columns, or expressions in parentheses. */
export interface StatisticsWish {
  readonly relation: RelationName;
  readonly targets: readonly string[];
}

/** What a statistics object may be on is what a B-tree's keys may be: so the text is read as such. Two columns, or one expression, at least. */
export async function readStatistics(proposal: StatisticsProposal, around: Surroundings): Promise<StatisticsWish | Refused> {
  const asIndex: IndexProposal = {
    kind: "index",
    table: proposal.table,
    method: "btree",
    keys: [...proposal.on],
    include: [],
    where: null,
  };
  const index = await readIndex(asIndex, around);
  if ("kind" in index) return index;
  if (index.keys.some((key) => key.operatorClass !== null || key.collation !== null || key.descending || key.nullsFirst))
    return refused("unreadable", "statistics have no order, collation or operator class");
  const targets = [...new Set(index.keys.map((key) => (key.column === null ? `(${key.sql})` : key.sql)))];
  if (targets.length === 1 && index.keys[0]?.column !== null)
    return refused("known-already", "ANALYZE makes statistics of single columns itself");
  return { relation: index.relation, targets };
}
