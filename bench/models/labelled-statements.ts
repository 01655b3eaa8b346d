import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";

/** A statement of a made-up application with the class of the change that the prover chose. */
export interface LabelledStatement {
  readonly application: number;
  readonly sql: string;
  readonly text: string;
  readonly label: string;
}
export interface Splits {
  readonly train: readonly LabelledStatement[];
  readonly validation: readonly LabelledStatement[];
  readonly test: readonly LabelledStatement[];
}

/** Statements of a packed file (one JSON object a line), split by application as `models/training/data.py` splits them. */
export async function readLabelled(path: string): Promise<Splits> {
  const lines = gunzipSync(await readFile(path))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LabelledStatement);
  return {
    train: lines.filter(({ application }) => application % 10 < 7),
    validation: lines.filter(({ application }) => application % 10 === 7),
    test: lines.filter(({ application }) => application % 10 >= 8),
  };
}
