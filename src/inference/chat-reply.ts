import { z } from "zod";
import type { ModelUsage } from "../contract/language-model.ts";
import { eventData } from "./event-stream.ts";
import { TryAgain } from "./persist.ts";

/** What a server said to one request. */
export interface Reply {
  readonly text: string;
  /** Why the answer ended before its end, as a clause; null when it did not. */
  readonly cut: string | null;
  readonly usage: ModelUsage;
}

// Only what is read of an answer; the rest may be anything.
const usageShape = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish();
const eventShape = z.object({
  choices: z
    .array(z.object({ delta: z.object({ content: z.string().nullish() }).nullish(), finish_reason: z.string().nullish() }))
    .default([]),
  usage: usageShape,
});
const wholeShape = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish() })).min(1),
  usage: usageShape,
});

/** An answer that came in events. Throws TryAgain when it is none, or broke off: a connection closed half-way ends like a whole one. */
export async function streamedReply(text: AsyncIterable<string>, promptChars: number): Promise<Reply> {
  let said = "";
  let finish: string | null = null;
  let isDone = false;
  let usage: z.output<typeof usageShape> = null;
  for await (const data of eventData(text)) {
    if (data === "[DONE]") {
      isDone = true;
      break;
    }
    const event = eventShape.safeParse(parsed(data));
    if (!event.success) throw new TryAgain("the server sends what is no event of a chat", null);
    const [choice] = event.data.choices;
    said += choice?.delta?.content ?? "";
    finish = choice?.finish_reason ?? finish;
    usage = event.data.usage ?? usage;
  }
  if (!isDone && finish === null) throw new TryAgain("the stream ended before the answer did", null);
  return { text: said, cut: cutOf(finish), usage: usageOf(usage, promptChars, said) };
}

/** An answer in one piece, from a server that does not stream. */
export async function wholeReply(text: AsyncIterable<string>, promptChars: number): Promise<Reply> {
  let body = "";
  for await (const piece of text) body += piece;
  const answer = wholeShape.safeParse(parsed(body));
  if (!answer.success) throw new TryAgain("the server's answer is none of a chat", null);
  const [choice] = answer.data.choices;
  const said = choice?.message.content ?? "";
  return { text: said, cut: cutOf(choice?.finish_reason ?? null), usage: usageOf(answer.data.usage, promptChars, said) };
}

/** About four characters a token, where nobody counts. */
export function guessedUsage(promptChars: number, saidChars: number): ModelUsage {
  return { promptTokens: Math.ceil(promptChars / 4), completionTokens: Math.ceil(saidChars / 4), requests: 1 };
}

function usageOf(usage: z.output<typeof usageShape>, promptChars: number, said: string): ModelUsage {
  if (!usage) return guessedUsage(promptChars, said.length);
  return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens, requests: 1 };
}

function cutOf(finish: string | null): string | null {
  if (finish === "length") return "the answer was cut at its limit of tokens";
  return finish === "content_filter" ? "the server's filter held the answer back" : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
