export type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
export type { Column, ColumnStatistics, Constraint, Index, Relation } from "../domain/catalog.ts";
export { ident, literal, qualified, readableIdent, readableQualified } from "../domain/identifier.ts";
export { type AccessMethod, type RelationName, relationKey, sameRelation } from "../domain/postgres.ts";
export type { Compared, Predicate, Scan, ScanExpression, SortKey } from "../domain/workload.ts";
export { parseArrayText } from "../parse/array-text.ts";
export { index, key, sortedKey } from "./build.ts";
export type { CatalogView } from "./catalog-view.ts";
export { type Context, type IndexRule, indexRule, type Probe, type Proposal, type Source } from "./rule.ts";
