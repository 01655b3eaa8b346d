import type { z } from "zod";

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface CompleteOptions<T> {
  /** What the answer must be; sent as JSON Schema where the model can be held to one, and checked in any case. */
  readonly schema: z.ZodType<T>;
  /** Most tokens of one answer. */
  readonly maxTokens: number;
  readonly signal?: AbortSignal;
}

/** What one question took, repairs and repeats included. */
export interface ModelUsage {
  /** Counted by the model's tokenizer where it says so, else a quarter of the characters. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly requests: number;
}

export type Completion<T> =
  | { readonly kind: "answered"; readonly value: T; readonly usage: ModelUsage }
  /** It answered, but not with what was asked for: cut off, no JSON, another shape. `why` is a clause without its full stop. */
  | { readonly kind: "unusable"; readonly why: string; readonly usage: ModelUsage };

/** Writes what it is asked for as JSON of a given shape. What it writes is a guess by nobody: to be checked, never obeyed. */
export interface LanguageModel {
  /** As the user named it: `openai:qwen2.5-coder`, `local:tiny`. Stands beside everything it proposed or wrote. */
  readonly id: string;
  /** Where it runs, in words for the report: "http://localhost:11434/v1", "this machine (cpu)". */
  readonly description: string;
  /** Throws MODEL_UNAVAILABLE when it cannot be asked at all, ABORTED when the signal says so. */
  complete<T>(messages: readonly ChatMessage[], options: CompleteOptions<T>): Promise<Completion<T>>;
  close(): Promise<void>;
}
