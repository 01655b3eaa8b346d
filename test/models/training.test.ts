import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLocalEmbedding } from "../../src/inference/transformers-embedding.ts";

/** Training and export as a release does them, with a few statements and steps. Needs Python with PyTorch: PLANSMITH_PYTHON, else python3. */
const python = process.env.PLANSMITH_PYTHON ?? "python3";
const training = join(import.meta.dirname, "..", "..", "models", "training");
const run = promisify(execFile);

function canTrain(): boolean {
  try {
    execFileSync(python, ["-c", "import torch, tokenizers, onnx, onnxruntime"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canTrain())("training (skipped: PLANSMITH_PYTHON or python3 has no torch, tokenizers, onnx and onnxruntime)", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plansmith-training-"));
    const all = gunzipSync(await readFile(join(training, "statements.jsonl.gz")))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    const few = all.filter((line) => (JSON.parse(line) as { application: number }).application <= 10);
    await writeFile(join(folder, "few.jsonl.gz"), gzipSync(`${few.join("\n")}\n`));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("in few steps lowers its loss, and what it exports runs here as it does in PyTorch", async () => {
    const options = { cwd: training, env: { ...process.env, OMP_NUM_THREADS: "1" } };
    const small = [
      "--width",
      "16",
      "--layers",
      "1",
      "--batch",
      "32",
      "--steps",
      "60",
      "--check-every",
      "20",
      "--rate",
      "0.01",
      "--threads",
      "1",
    ];
    const { stdout } = await run(
      python,
      ["train.py", "--data", join(folder, "few.jsonl.gz"), "--out", join(folder, "made"), ...small],
      options,
    );
    const said = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, number>);
    const losses = said.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0]!);

    await run(
      python,
      ["export.py", "--from", join(folder, "made"), "--out", join(folder, "models", "made"), "--shape-version", "2"],
      options,
    );
    const { texts, vectors } = JSON.parse(await readFile(join(folder, "models", "made", "parity.json"), "utf8")) as {
      texts: string[];
      vectors: number[][];
    };
    const model = await openLocalEmbedding({ model: "made", modelsDirectory: join(folder, "models"), device: "cpu" });
    const found = await model.embed(texts);
    await model.close();
    found.forEach((vector, at) => {
      expect(Math.max(...vector.map((value, place) => Math.abs(value - vectors[at]![place]!)))).toBeLessThan(1e-3);
    });
  });
});
