import type { AgentReport } from "../domain/agent.ts";
import { grouped, plural } from "../domain/units.ts";

/** Classes of refusal in words, as the agent names them. */
const refusals: Readonly<Record<string, string>> = {
  unreadable: "not readable as a change",
  unsafe: "not allowed",
  "unknown-name": "of names that are not there",
  "known-already": "known already",
  "not-creatable": "refused by PostgreSQL",
  "no-gain": "without gain",
  "not-the-same": "giving other rows",
  unproved: "unproved",
};

/** What a language model was asked and what came of it, in one line. */
export function agentText(agent: AgentReport): string {
  const { model, where, statements, proposed, kept, refused, unusable, ended, promptTokens, completionTokens, seconds, words } = agent;
  const asked = `${model} at ${where} was asked about ${plural(statements, "statement")}`;
  const reasons = Object.entries(refused).map(([because, count]) => `${grouped(count)} ${refusals[because] ?? because}`);
  const told = [
    `${plural(proposed, "proposal")}, ${grouped(kept)} recommended`,
    ...(reasons.length > 0 ? [`refused: ${reasons.join(", ")}`] : []),
    ...(unusable > 0 ? [plural(unusable, "unusable answer")] : []),
    ...(words ? [`${plural(words.written, "explanation")} in its words, ${grouped(words.refused)} refused`] : []),
    `${grouped(promptTokens + completionTokens)} tokens in ${seconds.toFixed(1)} s`,
    ...(ended === null ? [] : [`asked no further: ${ended}`]),
  ];
  return `${asked}: ${told.join("; ")}`;
}
