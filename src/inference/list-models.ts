import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, readManifest, sha256 } from "./model-files.ts";

/** A model in a directory, and whether its files are those that were measured. */
export interface ListedModel {
  readonly name: string;
  readonly kind: "embedding" | "text" | "unknown";
  /** Null for one that no manifest names. */
  readonly revision: string | null;
  readonly bytes: number;
  /** `as-measured`: every file has the manifest's SHA-256; `changed` and `missing` name the file; `unlisted`: no manifest names it. */
  readonly state: "as-measured" | "changed" | "missing" | "unlisted";
  readonly file: string | null;
}

/** Models of a directory by name; none where there is no such directory. Reads every file that its manifest names. Throws MODEL_UNAVAILABLE for a manifest that is none. */
export async function listModels(directory: string): Promise<readonly ListedModel[]> {
  const names = await foldersOf(directory);
  const manifest = names.length === 0 ? null : await readManifest(directory);
  const listed: ListedModel[] = [];
  for (const name of new Set([...names, ...Object.keys(manifest?.models ?? {})])) {
    const known = manifest?.models[name];
    if (known) listed.push(await checked(directory, name, known));
    else if (await isModel(join(directory, name)))
      listed.push({ name, kind: "unknown", revision: null, bytes: await bytesOf(join(directory, name)), state: "unlisted", file: null });
  }
  return listed.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function checked(directory: string, name: string, known: Manifest["models"][string]): Promise<ListedModel> {
  const folder = join(directory, name);
  const told = { name, kind: known.kind, revision: known.revision, bytes: await bytesOf(folder) };
  for (const [file, expected] of Object.entries(known.files)) {
    const found = await sha256(join(folder, file)).catch(ifMissing);
    if (found === null) return { ...told, state: "missing", file };
    if (found !== expected) return { ...told, state: "changed", file };
  }
  return { ...told, state: "as-measured", file: null };
}

async function foldersOf(directory: string): Promise<readonly string[]> {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(ifMissing)) ?? [];
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** What transformers.js can load has a configuration and weights. */
async function isModel(folder: string): Promise<boolean> {
  const [config, weights] = await Promise.all(["config.json", "onnx"].map((name) => stat(join(folder, name)).catch(ifMissing)));
  return config !== null && weights !== null;
}

async function bytesOf(folder: string): Promise<number> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifMissing)) ?? [];
  let sum = 0;
  for (const entry of entries) if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

function ifMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
  throw error;
}
