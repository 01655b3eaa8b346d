import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * The GPU path of the local encoder, on whatever Vulkan driver this machine has: a GPU's own, or SwiftShader on the CPU, which Debian's
 * chromium-common brings. The loader is found when a process starts, so the encoder runs in a child.
 */
const root = join(import.meta.dirname, "..", "..");
const tiny = join(import.meta.dirname, "tiny-encoder");
const chromium = "/usr/lib/chromium";
const swiftShader = ["libvk_swiftshader.so", "libvulkan.so.1", "vk_swiftshader_icd.json"].every((file) => existsSync(join(chromium, file)));
const ownDriver = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].some((folder) => existsSync(folder) && readdirSync(folder).length > 0);

interface Answer {
  readonly device: string;
  readonly vectors: readonly (readonly number[])[];
}
const { texts, vectors } = JSON.parse(await readFile(join(tiny, "parity.json"), "utf8")) as { texts: string[]; vectors: number[][] };

describe.skipIf(!swiftShader && !ownDriver)(
  "an encoder on a Vulkan driver (skipped: no Vulkan driver, and no SwiftShader in /usr/lib/chromium)",
  () => {
    let folder: string;
    let environment: NodeJS.ProcessEnv;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "plansmith-vulkan-"));
      environment = { ...process.env };
      if (!swiftShader) return;
      // The driver beside Chromium names its library by a relative path, and the loader alone must be found, not Chromium's other libraries.
      await symlink(join(chromium, "libvulkan.so.1"), join(folder, "libvulkan.so.1"));
      const driver = join(folder, "swiftshader.json");
      const said = await readFile(join(chromium, "vk_swiftshader_icd.json"), "utf8");
      await writeFile(driver, said.replace("./libvk_swiftshader.so", join(chromium, "libvk_swiftshader.so")));
      environment = { ...environment, LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver };
    });
    afterAll(() => rm(folder, { recursive: true }));

    test("gives PyTorch's vectors within 1e-3, and says where it ran", async () => {
      const { device, vectors: found } = await embedInChild(environment, "gpu", folder);
      // A driver that is too old for WebGPU may refuse; SwiftShader is not.
      expect(device).toMatch(swiftShader ? /^webgpu$/ : /^(webgpu|cuda|cpu \(no GPU: .+\))$/);
      found.forEach((vector, at) => {
        expect(Math.max(...vector.map((value, place) => Math.abs(value - vectors[at]![place]!)))).toBeLessThan(1e-3);
      });
    });

    test("is told on the CPU why there is no GPU, when no driver is to be had", async () => {
      const nowhere = join(folder, "none.json");
      const { device } = await embedInChild(
        { ...environment, LD_LIBRARY_PATH: "", VK_DRIVER_FILES: nowhere, VK_ICD_FILENAMES: nowhere },
        "gpu",
        folder,
      );
      expect(device).toMatch(/^cpu \(no GPU: .*webgpu: .+\)$/);
    });
  },
);

/** Source of this repository as JavaScript: Node 20 runs no TypeScript. In node_modules/.cache, from where packages are found. */
async function embedInChild(environment: NodeJS.ProcessEnv, device: "gpu" | "cpu", folder: string): Promise<Answer> {
  const script = join(root, "node_modules", ".cache", `plansmith-embed-${process.pid}.mjs`);
  await build({
    stdin: {
      contents: `import { openLocalEmbedding } from "./src/inference/transformers-embedding.ts";
const { model, device, texts, out } = JSON.parse(process.argv[2]);
const encoder = await openLocalEmbedding({ model, modelsDirectory: ".", device });
const vectors = (await encoder.embed(texts)).map((vector) => [...vector]);
(await import("node:fs")).writeFileSync(out, JSON.stringify({ device: encoder.device, vectors }));
await encoder.close();`,
      resolveDir: root,
      loader: "ts",
    },
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  try {
    const out = join(folder, "answer.json");
    await promisify(execFile)(process.execPath, [script, JSON.stringify({ model: tiny, device, texts, out })], { env: environment });
    return JSON.parse(await readFile(out, "utf8")) as Answer;
  } finally {
    await rm(script);
  }
}
