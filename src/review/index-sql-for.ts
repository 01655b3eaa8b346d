import type { IndexDefinition } from "../domain/candidate.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { Run } from "./run-files.ts";

/** SQL of an index that a review proposes: CONCURRENTLY on a table that was there before and is in use, where PostgreSQL allows it. */
export function indexSqlFor(index: IndexDefinition, { catalog, after }: Pick<Run, "catalog" | "after">): string {
  const kindIn = (relations: readonly { schema: string; name: string; kind: string }[] | undefined) =>
    relations?.find((each) => sameRelation(each, index.relation))?.kind;
  const partitioned = kindIn(after?.catalog.relations) === "partitioned-table";
  return createIndexSql(index, { concurrently: kindIn(catalog?.relations) !== undefined && !partitioned });
}
