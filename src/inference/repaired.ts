import type { ChatMessage, CompleteOptions, Completion, ModelUsage } from "../contract/language-model.ts";
import type { Reply } from "./chat-reply.ts";
import { type Answer, readAnswer, repairTurn } from "./read-answer.ts";

/** The answer to the messages, asked for once more with what was wrong when it cannot be used. */
export async function repaired<T>(
  messages: readonly ChatMessage[],
  wanted: CompleteOptions<T>,
  ask: (messages: readonly ChatMessage[]) => Promise<Reply>,
): Promise<Completion<T>> {
  const first = await ask(messages);
  const answer = answerOf(first, wanted);
  if (answer.kind === "value") return { kind: "answered", value: answer.value, usage: first.usage };
  const second = await ask([...messages, ...repairTurn(first.text, answer.why, wanted.schema)]);
  const usage = addedUsage(first.usage, second.usage);
  const again = answerOf(second, wanted);
  return again.kind === "value" ? { kind: "answered", value: again.value, usage } : { kind: "unusable", why: again.why, usage };
}

function answerOf<T>(reply: Reply, { schema }: CompleteOptions<T>): Answer<T> {
  return reply.cut === null ? readAnswer(reply.text, schema) : { kind: "wrong", why: reply.cut };
}

function addedUsage(a: ModelUsage, b: ModelUsage): ModelUsage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    requests: a.requests + b.requests,
  };
}
