import { AdvisorError } from "../errors.ts";

/**
 * What a service gave for `count` texts, checked and brought to length 1. Throws MODEL_UNAVAILABLE when a vector is missing, is not of
 * finite numbers, is zero, or has another length than the rest or than `dimensions`.
 */
export function unitVectors(given: readonly unknown[], count: number, about: { readonly id: string; readonly dimensions: number | null }) {
  const refuse = (why: string): never => {
    throw new AdvisorError("MODEL_UNAVAILABLE", `The embeddings of "${about.id}" cannot be used: ${why}.`, {
      hint: "Check that the model named is an embedding model.",
    });
  };
  if (given.length !== count) refuse(`${given.length} came for ${count} texts`);
  let dimensions = about.dimensions;
  return given.map((each) => {
    if (!Array.isArray(each) || each.length === 0) return refuse("one is no list of numbers");
    const vector = Float32Array.from(each, (value) => (typeof value === "number" && Number.isFinite(value) ? value : Number.NaN));
    dimensions ??= vector.length;
    if (vector.length !== dimensions) refuse(`one has ${vector.length} dimensions, not ${dimensions}`);
    const norm = Math.hypot(...vector);
    if (!Number.isFinite(norm) || norm === 0) refuse("one is not of finite numbers, or all zero");
    return vector.map((value) => value / norm);
  });
}
