import type { ChatMessage } from "../contract/language-model.ts";
import { jsonGrammar } from "./json-grammar.ts";
import { pickToken } from "./pick-token.ts";
import { tokenBytes } from "./token-bytes.ts";

/** What the worker is asked. `schema`: JSON Schema as text. */
export interface ChatRequest {
  readonly id: number;
  readonly messages: readonly ChatMessage[];
  readonly schema: string;
  readonly maxTokens: number;
}
export type ChatReply =
  | {
      readonly id: number;
      readonly kind: "said";
      readonly text: string;
      /** Why the text is not whole, as a clause; null when it is. */
      readonly cut: string | null;
      readonly promptTokens: number;
      readonly completionTokens: number;
    }
  | { readonly id: number; readonly kind: "stopped" }
  | { readonly id: number; readonly kind: "error"; readonly message: string };
export type WorkerReady = { readonly kind: "ready" } | { readonly kind: "refused"; readonly message: string };

/**
 * The worker's program: see `src/syntax/worker-source.ts` for why it is text. The processor leaves one token of each step's logits, so
 * that whatever the model's own settings of sampling say, that one is taken.
 */
export function chatWorkerSource(): string {
  return `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
const jsonGrammar = ${String(jsonGrammar)};
const tokenBytes = ${String(tokenBytes)};
const pickToken = ${String(pickToken)};
(async () => {
  try {
    const { AutoModelForCausalLM, AutoTokenizer, LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList, env } = await import(workerData.module);
    env.allowRemoteModels = false;
    env.useFSCache = false;
    env.localModelPath = workerData.root + "/";
    const { device, dtype, name, stop } = workerData;
    const tokenizer = await AutoTokenizer.from_pretrained(name);
    const model = await AutoModelForCausalLM.from_pretrained(name, { device, dtype });
    const tokens = tokenBytes(JSON.parse(workerData.tokenizer));
    const longest = model.config.max_position_embeddings ?? Infinity;
    const ends = new Set([model.generation_config?.eos_token_id, model.config.eos_token_id, tokenizer.eos_token_id].flat().filter((id) => typeof id === "number"));
    class Held extends LogitsProcessor {
      constructor(grammar) {
        super();
        Object.assign(this, { grammar, state: grammar.start, bytes: [], over: null });
      }
      _call(ids, logits) {
        const picked = pickToken(logits.data, ends, { grammar: this.grammar, state: this.state, tokens });
        logits.data.fill(-Infinity);
        if (picked.kind === "token") {
          this.state = picked.state;
          this.bytes.push(tokens[picked.id]);
          logits.data[picked.id] = 0;
        } else {
          this.over = picked.kind;
          logits.data[[...ends][0] ?? 0] = 0;
        }
        return logits;
      }
    }
    class Over extends StoppingCriteria {
      constructor(held) {
        super();
        this.held = held;
      }
      _call(ids) {
        return ids.map(() => this.held.over !== null || Atomics.load(stop, 0) === 1);
      }
    }
    const promptOf = (messages) => {
      if (tokenizer.chat_template) return tokenizer.apply_chat_template(messages, { add_generation_prompt: true, return_dict: true });
      return tokenizer(messages.map(({ role, content }) => role + ": " + content + "\\n\\n").join("") + "assistant: ");
    };
    const answer = async ({ id, messages, schema, maxTokens }) => {
      const inputs = promptOf(messages);
      const promptTokens = inputs.input_ids.dims[1];
      const count = (completionTokens) => ({ promptTokens, completionTokens });
      if (promptTokens + 16 > longest)
        return { id, kind: "said", text: "", cut: "the question has " + promptTokens + " tokens, and the model reads " + longest, ...count(0) };
      const held = new Held(jsonGrammar(JSON.parse(schema)));
      const processors = new LogitsProcessorList();
      processors.push(held);
      const criteria = new StoppingCriteriaList();
      criteria.push(new Over(held));
      const max_new_tokens = Math.min(maxTokens, longest - promptTokens);
      await model.generate({ ...inputs, max_new_tokens, do_sample: false, logits_processor: processors, stopping_criteria: criteria });
      if (Atomics.load(stop, 0) === 1) return { id, kind: "stopped" };
      const isWhole = held.grammar.isComplete(held.state);
      const cut = isWhole ? null : held.over === "stuck" ? "no token of the model goes on with the answer" : "the answer was cut at its limit of tokens";
      return { id, kind: "said", text: Buffer.concat(held.bytes).toString("utf8"), cut, ...count(held.bytes.length) };
    };
    parentPort.on("message", (request) =>
      answer(request).catch((error) => ({ id: request.id, kind: "error", message: String(error && error.message).split("\\n")[0].slice(0, 200) })).then((reply) => parentPort.postMessage(reply)),
    );
    parentPort.postMessage({ kind: "ready" });
  } catch (error) {
    parentPort.postMessage({ kind: "refused", message: String(error && error.message).split("\\n")[0].slice(0, 200) });
  }
})();`;
}
