import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import { AdvisorError } from "../errors.ts";

export type Precision = "fp32" | "q8";

/** A model on disk, checked where the manifest knows it. */
export interface ModelFiles {
  readonly name: string;
  /** Directory that holds the model's own. */
  readonly root: string;
  /** The manifest's, else the first 12 hex digits of the weights' SHA-256. */
  readonly revision: string;
  readonly weights: string;
  /** True when every file's SHA-256 is the manifest's. False: no manifest names it. */
  readonly checked: boolean;
}

const manifestSchema = z.strictObject({
  models: z.record(
    z.string(),
    z.strictObject({
      kind: z.enum(["embedding", "text"]),
      revision: z.string(),
      licence: z.string(),
      /** Version of the text it was trained on; null for general text. */
      shapeTextVersion: z.number().int().nullable(),
      dimensions: z.number().int().nullable(),
      /** Path inside the model's directory → SHA-256. */
      files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});
export type Manifest = z.output<typeof manifestSchema>;

/** Weights of each precision, as transformers.js names them. */
const weightFiles: Readonly<Record<Precision, string>> = { fp32: "onnx/model.onnx", q8: "onnx/model_quantized.onnx" };

/**
 * A model by name in the models directory, or by path. Throws MODEL_UNAVAILABLE when a file is missing, or is not what the manifest
 * promises: a model that was changed is not the one that was measured.
 */
export async function findModel(model: string, precision: Precision, modelsDirectory: string): Promise<ModelFiles> {
  const path = isAbsolute(model) || model.startsWith(".") ? model : join(modelsDirectory, model);
  const name = path.split("/").filter(Boolean).at(-1) ?? model;
  const root = dirname(path);
  for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json", weightFiles[precision]])
    await access(join(path, file)).catch((cause: unknown) => {
      throw new AdvisorError("MODEL_UNAVAILABLE", `The model "${model}" has no ${file} in ${path}.`, {
        hint: "Name a directory with config.json, tokenizer.json, tokenizer_config.json and onnx/, or run without a model: --model none",
        cause,
      });
    });
  const weights = await sha256(join(path, weightFiles[precision]));
  const known = (await readManifest(root))?.models[name] ?? null;
  if (known === null) return { name, root, revision: weights.slice(0, 12), weights: weightFiles[precision], checked: false };
  for (const [file, expected] of Object.entries(known.files)) {
    // The other precision may be left out of an installation.
    if (Object.values(weightFiles).includes(file) && file !== weightFiles[precision]) continue;
    const found = file === weightFiles[precision] ? weights : await sha256(join(path, file));
    if (found !== expected)
      throw new AdvisorError("MODEL_UNAVAILABLE", `${join(path, file)} is not the file that ${join(root, "manifest.json")} names.`, {
        hint: `Its SHA-256 is ${found.slice(0, 12)}…, not ${expected.slice(0, 12)}…: install the package again, or remove the entry for a model of your own.`,
      });
  }
  return { name, root, revision: known.revision, weights: weightFiles[precision], checked: true };
}

/** Null when the directory has none. Throws MODEL_UNAVAILABLE for one that cannot be read. */
export async function readManifest(modelsDirectory: string): Promise<Manifest | null> {
  const path = join(modelsDirectory, "manifest.json");
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AdvisorError("MODEL_UNAVAILABLE", `${path} is not a manifest of models.`, { hint: "Install the package again.", cause });
  }
}

/** Hex digest of a file. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
