import type { Plan } from "../domain/plan.ts";
import { AdvisorError } from "../errors.ts";
import { readPlan } from "../parse/read-plan.ts";
import { readParameters } from "./parameters.ts";
import { readTextPlan } from "./text-plan.ts";

export interface LoggedPlan {
  readonly sql: string;
  readonly parameters: Readonly<Record<number, string | null>> | null;
  /** Null when its text is none that we read. */
  readonly plan: Plan | null;
}

/** What auto_explain writes behind `plan:`, as text or JSON; null for its other formats. Parameters are there from PostgreSQL 16 on. */
export function readLoggedPlan(body: string): LoggedPlan | null {
  return body.startsWith("{") ? fromJson(body) : fromText(body);
}

function fromJson(body: string): LoggedPlan | null {
  try {
    // Fields of auto_explain's object are checked below; readPlan checks the plan's own.
    const fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
    if (typeof fields["Query Text"] !== "string") return null;
    const bound = fields["Query Parameters"];
    return {
      sql: fields["Query Text"].trim(),
      parameters: typeof bound === "string" ? readParameters(bound) : {},
      plan: readPlan([fields]),
    };
  } catch (error) {
    // Cut off, or a node without costs: the execution is told by other lines, if at all.
    if (error instanceof SyntaxError || error instanceof AdvisorError) return null;
    throw error;
  }
}

function fromText(body: string): LoggedPlan | null {
  const lines = body.split("\n");
  if (!lines[0]?.startsWith("Query Text: ")) return null;
  const first = lines.findIndex((line) => /^\S.* {2}\(cost=/.test(line));
  const head = first < 0 ? lines : lines.slice(0, first);
  const bound = head.findIndex((line) => line.startsWith("Query Parameters: "));
  const text = (bound < 0 ? head : head.slice(0, bound)).join("\n").slice("Query Text: ".length).trim();
  if (text === "") return null;
  return {
    sql: text,
    parameters: bound < 0 ? {} : readParameters(head.slice(bound).join("\n")),
    plan: first < 0 ? null : readTextPlan(lines.slice(first)),
  };
}
