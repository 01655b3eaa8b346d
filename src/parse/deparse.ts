import type { Node } from "@pgsql/types";
import pgsqlDeparser from "pgsql-deparser";
import { AdvisorError } from "../errors.ts";

/**
 * SQL of a PostgreSQL 18 statement tree, on one line. Only trees of libpg-query 18 may come here: from an older grammar's tree the
 * deparser silently drops parts (RETURNING, MERGE conditions; measured). Throws SQL_UNPARSABLE when it cannot write a node.
 */
export function deparse(node: Node): string {
  try {
    return pgsqlDeparser.deparseSync(node, { pretty: false });
  } catch (error) {
    // One wrapped message per level of the tree: its tail says what happened.
    const reason = error instanceof Error ? error.message.slice(-200) : String(error);
    throw new AdvisorError("SQL_UNPARSABLE", `A syntax tree cannot be written back as SQL: ${reason}`);
  }
}

/** SQL of one expression of such a tree, e.g. `lower(email)`. Throws as `deparse` does. */
export function deparseExpression(node: Node): string {
  return deparse(node);
}
