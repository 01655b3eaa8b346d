import type { z } from "zod";

/** What a tool may use while it runs. */
export interface ToolContext {
  /** Aborted when the client cancels the call. */
  readonly signal: AbortSignal;
  readonly onProgress: (stage: string, done: number, total: number | null) => void;
}

/** A read-only tool as the server offers it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodType;
  /** The whole result as text; the server cuts it. Throws AdvisorError. */
  readonly run: (given: unknown, context: ToolContext) => Promise<string>;
}

/** A tool whose `run` takes what its schema gives. */
export function tool<Input extends z.ZodType>(
  definition: Omit<Tool, "input" | "run"> & {
    readonly input: Input;
    readonly run: (given: z.output<Input>, context: ToolContext) => Promise<string>;
  },
): Tool {
  return { ...definition, run: (given, context) => definition.run(definition.input.parse(given), context) };
}
