import type { Node } from "@pgsql/types";
import pgsqlDeparser from "pgsql-deparser";
import { AdvisorError } from "../errors.ts";
import { keepPrecedence } from "./precedence.ts";
import { keepNames } from "./quoted-names.ts";
import { replaceNodes, walk } from "./tree.ts";

/**
 * SQL of a PostgreSQL 18 statement tree, on one line or, `pretty`, a clause per line. Only trees of libpg-query 18 may come here: from an older grammar's tree the
 * deparser silently drops parts (RETURNING, MERGE conditions; measured). Throws SQL_UNPARSABLE for what it would get wrong.
 */
export function deparse(node: Node, { pretty = false }: { readonly pretty?: boolean } = {}): string {
  refuseUnwritable(node);
  try {
    return pgsqlDeparser.deparseSync(
      replaceNodes(node, (each) => keepNames(keepPrecedence(each))),
      { pretty },
    );
  } catch (error) {
    // One wrapped message per level of the tree: its tail says what happened.
    throw unwritable(error instanceof Error ? error.message.slice(-200) : String(error));
  }
}

/** SQL of one expression of such a tree, e.g. `lower(email)`. Throws as `deparse` does. */
export function deparseExpression(node: Node): string {
  return deparse(node);
}

/** What pgsql-deparser 18.3.8 drops or garbles without a word (found by writing and re-reading: test/parse/deparse.test.ts). */
function refuseUnwritable(tree: Node): void {
  walk(tree, (node) => {
    if ("RangeTableFunc" in node) throw unwritable("XMLTABLE");
    if ("SelectStmt" in node && node.SelectStmt.groupDistinct) throw unwritable("GROUP BY DISTINCT");
  });
}

function unwritable(what: string): AdvisorError {
  return new AdvisorError("SQL_UNPARSABLE", `A syntax tree cannot be written back as SQL: ${what}`);
}
