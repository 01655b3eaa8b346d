import { literal, readableQualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import { outsideOnly } from "../migrations/conventions.ts";
import type { Step } from "./read-steps.ts";

/** A statement of a migration file, without its semicolon. */
export interface Line {
  readonly sql: string;
  /** PostgreSQL refuses it inside a transaction block. */
  readonly alone: boolean;
  /** Why it stands there; null where the statement says it. */
  readonly note: string | null;
}

/**
 * How long a statement may wait whose wait holds others up: strong_migrations and GitLab use 5 to 10 s, as `review` proposes
 * (`shortLockTimeout`).
 */
export const briefLockTimeoutMs = 5_000;
/**
 * A CONCURRENTLY waits for older transactions as if for a lock and holds nobody up meanwhile; cancelled, it leaves an INVALID index. So
 * it waits long, and not for ever behind a session that was left idle in a transaction. Our choice.
 */
export const patientLockTimeout = "10min";

/** How the statements reach the server. */
export interface Sending {
  /** One session takes all of a file, statement by statement, so that SET holds. */
  readonly settings: boolean;
  /** A DO block may stand among them. */
  readonly guards: boolean;
  /** Of statements whose wait holds others up: `briefLockTimeoutMs`, or what the user says. */
  readonly lockTimeout: string;
}

/** The steps with all that makes them safe to run and to run again, each statement in a transaction of its own. */
export function unwrappedScript(steps: readonly Step[], sending: Sending): Line[] {
  const lines: Line[] = [];
  let lock: string | null = null;
  let unlimited = false;
  const say = (sql: string, note: string | null = null) => lines.push({ sql, alone: outsideOnly(sql), note });
  for (const step of steps) {
    const patient = step.kind !== "brief";
    const wanted = patient ? patientLockTimeout : sending.lockTimeout;
    if (sending.settings && lock !== wanted) {
      say(`SET lock_timeout = '${wanted}'`, patient ? null : "Others queue behind this lock: give up soon, and run the file again.");
      lock = wanted;
    }
    if (sending.settings && patient && !unlimited) {
      say("SET statement_timeout = 0");
      unlimited = true;
    }
    if (step.kind === "build" && step.index !== null) {
      if (sending.guards) say(refuseValid(step.index), null);
      say(`DROP INDEX CONCURRENTLY IF EXISTS ${readableQualified(step.index)}`, "What an attempt that failed has left INVALID.");
    }
    say(repeatable(step));
  }
  if (lock !== null) say("RESET lock_timeout");
  if (unlimited) say("RESET statement_timeout");
  return lines;
}

/** The same for steps that may stand in one transaction. */
export function transactionScript(steps: readonly Step[], lockTimeout: string): Line[] {
  const lines = steps.map((step) => ({ sql: repeatable(step), alone: false, note: null }));
  if (!steps.some((step) => step.kind === "brief")) return lines;
  return [{ sql: `SET LOCAL lock_timeout = '${lockTimeout}'`, alone: false, note: null }, ...lines];
}

/** With IF [NOT] EXISTS where a second run must pass over it. */
export function repeatable({ sql, kind }: Step): string {
  if (kind === "drop" || kind === "brief") {
    const drop = sql.replace(/^(DROP\s+(?:INDEX(?:\s+CONCURRENTLY)?|STATISTICS))\s+(?!IF\s+EXISTS\b)/i, "$1 IF EXISTS ");
    // The index of a partitioned table alone: an empty entry of the catalog, never INVALID by failing.
    return drop.replace(/^(CREATE\s+(?:INDEX|STATISTICS))\s+(?!IF\s+NOT\s+EXISTS\b|ON\b|\()/i, "$1 IF NOT EXISTS ");
  }
  return sql;
}

/** Stops where the name belongs to an index that works: only a leftover may be dropped. */
function refuseValid(index: RelationName): string {
  const name = readableQualified(index);
  let tag = "$plansmith$";
  while (name.includes(tag)) tag = tag.replace(/\$$/, "_$");
  return [
    `DO ${tag} BEGIN`,
    `  IF (SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass(${literal(name).trim()})) THEN`,
    `    RAISE EXCEPTION USING MESSAGE = ${literal(`index ${name} is there and valid: there is nothing to do, or the name is taken`).trim()};`,
    "  END IF;",
    `END ${tag}`,
  ].join("\n");
}
