import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { accessMethods } from "../domain/postgres.ts";
import type { ProvenCase } from "../domain/proven-case.ts";
import { AdvisorError } from "../errors.ts";

const accessMethod = z.enum(accessMethods);
const indexKey = z.strictObject({
  column: z.string().nullable(),
  sql: z.string(),
  operatorClass: z.string().nullable(),
  collation: z.string().nullable(),
  descending: z.boolean(),
  nullsFirst: z.boolean(),
});
const indexDefinition = z.strictObject({
  relation: z.object({ schema: z.string(), name: z.string() }),
  accessMethod,
  keys: z.array(indexKey),
  include: z.array(z.string()),
  predicate: z.string().nullable(),
  storage: z.record(z.string(), z.string()),
  extension: z.string().nullable(),
  otherExtensions: z.array(z.string()).optional(),
});
const slot = z.strictObject({ part: z.enum(["where", "sort", "group", "extreme"]), words: z.string(), ordinal: z.number().int() });
const plan = z.strictObject({ totalCost: z.number(), nodes: z.array(z.string()) });
const caseSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  verdict: z.enum(["helps", "refused"]),
  kind: z.enum(["index", "rewrite"]),
  changeClass: z.string(),
  rules: z.array(z.string()),
  split: z.enum(["gallery", "held-out"]),
  schema: z.string(),
  statement: z.string(),
  change: z.string(),
  index: indexDefinition.nullable(),
  template: z
    .strictObject({
      accessMethod: accessMethod,
      keys: z.array(z.strictObject({ slot, operatorClass: z.string().nullable(), descending: z.boolean(), nullsFirst: z.boolean() })),
      covering: z.boolean(),
      partial: z.array(slot),
      storage: z.record(z.string(), z.string()),
      extension: z.string().nullable(),
    })
    .nullable(),
  shape: z.string(),
  shapeVersion: z.number().int(),
  before: plan,
  after: plan,
  because: z.string().nullable(),
  planner: z.string(),
  source: z.string().min(1),
  licence: z.string().min(1),
});

/** Every case of a folder, by id. Throws INPUT_INVALID naming the file that is none. */
export async function readCorpus(folder: string): Promise<readonly ProvenCase[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  const cases: ProvenCase[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), "utf8");
    try {
      // exactOptionalPropertyTypes: the schema leaves an absent field absent.
      cases.push(caseSchema.parse(JSON.parse(text)) as ProvenCase);
    } catch (cause) {
      throw new AdvisorError("INPUT_INVALID", `${join(folder, name)} is not a case of the corpus.`, {
        hint: "See corpus/README.md for its fields.",
        cause,
      });
    }
  }
  return cases;
}
