import { bytes } from "../domain/units.ts";
import { oneLine } from "../render/safe-text.ts";
import type { ModelsReport, Tried } from "../wire-models.ts";

const states = {
  "as-measured": "as measured",
  changed: "CHANGED",
  missing: "INCOMPLETE",
  unlisted: "in no manifest",
} as const;

/** What `plansmith models` prints. Names come from a directory or a server, so that they are made harmless. */
export function modelsText({ directory, models, runtime, language, embedding }: ModelsReport): string {
  const lines = [`Models in ${directory}:`];
  if (models.length === 0) lines.push("  none");
  for (const { name, kind, revision, state, file, bytes: size } of models) {
    const about = [
      kind,
      ...(revision === null ? [] : [`revision ${revision}`]),
      bytes(size),
      states[state],
      ...(file === null ? [] : [file]),
    ];
    lines.push(`  ${oneLine(name)}: ${about.map(oneLine).join(", ")}`);
  }
  lines.push("Local models run on:");
  if (runtime === null)
    lines.push("  nothing: @huggingface/transformers is not installed (npm install @huggingface/transformers onnxruntime-node)");
  else lines.push(`  ${runtime.devices.join(", then ")}`, ...runtime.refusals.map((why) => `  not ${oneLine(why)}`));
  lines.push("Language model (proposes, explains):");
  if (language === null)
    lines.push("  none: --model openai:<name> --model-url URL, --model local:<directory>, or the configuration's model");
  else lines.push(`  ${oneLine(language.name)}${language.where === null ? "" : ` at ${oneLine(language.where)}`}`, ...triedLines(language));
  lines.push("Encoder (finds like cases):");
  if (embedding === null) lines.push("  none: retrieval is off");
  else lines.push(`  ${oneLine(embedding.name)}`, ...triedLines(embedding));
  return lines.join("\n");
}

function triedLines({ check, bench }: { readonly check: Tried | null; readonly bench: Tried | null }): readonly string[] {
  const line = (what: string, { ok, words }: Tried) => `  ${ok ? what : `${what} FAILED`}: ${oneLine(words)}`;
  return [...(check === null ? [] : [line("check", check)]), ...(bench === null ? [] : [line("bench", bench)])];
}
