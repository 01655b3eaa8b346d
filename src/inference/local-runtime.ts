import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AdvisorError } from "../errors.ts";

export type Device = "auto" | "cpu" | "gpu";

/**
 * In the order they are tried, and what is not tried with the reason. Without a device file no GPU is asked for: probing one that is not
 * there loads 45 MB for nothing. Nor is CUDA without its provider, which onnxruntime says in red on standard error.
 */
export function devicesFor(wanted: Device): { readonly devices: readonly string[]; readonly refusals: string[] } {
  if (wanted === "cpu" || (wanted === "auto" && !gpuInSight())) return { devices: ["cpu"], refusals: [] };
  return cudaInstalled()
    ? { devices: ["cuda", "webgpu", "cpu"], refusals: [] }
    : { devices: ["webgpu", "cpu"], refusals: ["cuda: onnxruntime-node is installed without its CUDA provider"] };
}

/** The provider is a library beside onnxruntime's own, which its installer fetches only when asked to. */
function cudaInstalled(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const runtime = createRequire(createRequire(import.meta.url).resolve("@huggingface/transformers")).resolve("onnxruntime-node");
    return existsSync(join(dirname(runtime), "..", "bin", "napi-v6", "linux", process.arch, "libonnxruntime_providers_cuda.so"));
  } catch {
    return false;
  }
}

/** A device file of a GPU, on Linux. */
export function gpuInSight(): boolean {
  if (process.platform !== "linux") return false;
  return existsSync("/dev/nvidiactl") || (existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD")));
}

/** Where transformers.js is, for a worker to import. Throws DEPENDENCY_MISSING when it is not installed: it is an optional package. */
export function transformersUrl(): string {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("@huggingface/transformers")).href;
  } catch (cause) {
    throw new AdvisorError("DEPENDENCY_MISSING", "@huggingface/transformers is not installed, so no local model can be run.", {
      hint: "Run: npm install @huggingface/transformers onnxruntime-node",
      cause,
    });
  }
}
