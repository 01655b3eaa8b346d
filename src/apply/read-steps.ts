import type { AlterTableStmt, Node } from "@pgsql/types";
import type { RelationName } from "../domain/postgres.ts";
import { openPlaceholder } from "../migrations/placeholders.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/** One statement of a change, as a migration and `--execute` treat it. */
export interface Step {
  /** Without a closing semicolon. */
  readonly sql: string;
  /**
   * `build`, `rebuild`, `drop`: an index CONCURRENTLY, which waits for others and holds nobody up. `brief`: takes for a moment a lock that
   * others queue behind. `analyze`: holds nobody up and may take long.
   */
  readonly kind: "build" | "rebuild" | "drop" | "brief" | "analyze";
  /** The index that it makes, drops or rebuilds; null for none. */
  readonly index: RelationName | null;
}

export type Steps =
  | { readonly kind: "steps"; readonly steps: readonly Step[] }
  /** Left to a person, and why. */
  | { readonly kind: "by-hand"; readonly why: string };

/**
 * What a report says to run, read with PostgreSQL's grammar: a report is a file that anybody may have edited, so only statements that
 * change indexes, statistics objects, storage parameters and extensions pass; all others are left to a person.
 */
export async function readSteps(parser: SqlParser, statements: readonly string[]): Promise<Steps> {
  const steps: Step[] = [];
  for (const statement of statements) {
    const parsed = await parser.parse(statement);
    if (parsed.kind === "failed") return byHand("its SQL cannot be read");
    const [only, second] = parsed.statements;
    if (!only || second) return byHand("a step of it is not one statement");
    // Flyway and others would put a value in its place; so would `review`.
    if (openPlaceholder(only.sql) !== null) return byHand("a name in it reads as the placeholder of a template");
    const step = stepOf(only.node, only.sql);
    if (step.kind === "by-hand") return step;
    steps.push(step.step);
  }
  return { kind: "steps", steps };
}

const byHand = (why: string) => ({ kind: "by-hand", why }) as const;

type OneStep = { readonly kind: "step"; readonly step: Step } | { readonly kind: "by-hand"; readonly why: string };

function stepOf(node: Node, sql: string): OneStep {
  const step = (kind: Step["kind"], index: RelationName | null = null) => ({ kind: "step", step: { sql, kind, index } }) as const;
  if ("IndexStmt" in node) {
    const { relation, idxname, concurrent } = node.IndexStmt;
    const index = nameOf({ schemaname: relation?.schemaname, relname: idxname });
    return index === null ? byHand("it makes an index without naming it and its schema") : step(concurrent ? "build" : "brief", index);
  }
  if ("DropStmt" in node) {
    const { removeType, concurrent, objects = [], behavior } = node.DropStmt;
    if (behavior === "DROP_CASCADE") return byHand("it drops with CASCADE");
    const name = objects.length === 1 ? listName(objects[0]) : null;
    if (name === null) return byHand("it drops something whose name and schema are not one");
    if (removeType === "OBJECT_INDEX") return step(concurrent ? "drop" : "brief", name);
    return removeType === "OBJECT_STATISTIC_EXT" ? step("brief") : byHand("it drops more than an index or a statistics object");
  }
  if ("ReindexStmt" in node) {
    const { kind, relation, params = [] } = node.ReindexStmt;
    const concurrently = params.some((each) => "DefElem" in each && each.DefElem.defname === "concurrently");
    const index = nameOf(relation);
    return kind === "REINDEX_OBJECT_INDEX" && concurrently && index !== null ? step("rebuild", index) : byHand("it rebuilds under a lock");
  }
  if ("VacuumStmt" in node) return node.VacuumStmt.is_vacuumcmd ? byHand("VACUUM belongs to no migration") : step("analyze");
  if ("CreateStatsStmt" in node || "AlterStatsStmt" in node || "CreateExtensionStmt" in node) return step("brief");
  if ("AlterTableStmt" in node) return isQuiet(node.AlterTableStmt) ? step("brief") : byHand("it alters more than storage parameters");
  return byHand("it is no change of an index, a statistics object or a storage parameter");
}

/** Storage parameters, CLUSTER ON, statistics targets, and an index attached to its parent: catalog rows alone. */
function isQuiet({ cmds = [] }: AlterTableStmt): boolean {
  const quiet = new Set([
    "AT_SetRelOptions",
    "AT_ResetRelOptions",
    "AT_AttachPartition",
    "AT_ClusterOn",
    "AT_SetStatistics",
    "AT_SetOptions",
  ]);
  return (
    cmds.length > 0 && cmds.every((each) => "AlterTableCmd" in each && quiet.has(each.AlterTableCmd.subtype ?? "") && isIndexAttach(each))
  );
}

/** ATTACH PARTITION of a table scans it; that of an index does not, and names no bound. */
function isIndexAttach(command: Node): boolean {
  if (!("AlterTableCmd" in command) || command.AlterTableCmd.subtype !== "AT_AttachPartition") return true;
  const { def } = command.AlterTableCmd;
  return def !== undefined && "PartitionCmd" in def && def.PartitionCmd.bound === undefined;
}

function nameOf(
  range: { readonly schemaname?: string | undefined; readonly relname?: string | undefined } | undefined,
): RelationName | null {
  return range?.schemaname && range.relname ? { schema: range.schemaname, name: range.relname } : null;
}

function listName(node: Node | undefined): RelationName | null {
  const words = node && "List" in node ? (node.List.items ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : [])) : [];
  return words.length === 2 ? { schema: words[0]!, name: words[1]! } : null;
}
