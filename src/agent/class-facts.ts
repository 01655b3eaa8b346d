import type { CandidateKey } from "../domain/candidate.ts";
import type { AccessMethod } from "../domain/postgres.ts";
import type { ScanExpression } from "../domain/workload.ts";
import { btreeGinTypes, btreeGistTypes, operatorClasses } from "../rule/operator-class.ts";

/** Naming the class that PostgreSQL takes anyway makes no other index; so it is left out, and one index stays one candidate. */
export function isDefaultClass(name: string, method: AccessMethod, type: string | null): boolean {
  if (method === "btree" || method === "hash") return name === `${type}_ops` || (type === "varchar" && name === "text_ops");
  return operatorClasses.some((each) => each.name === name && each.accessMethod === method && each.isDefault);
}

/** Extensions that the index needs, sorted: of pgvector's methods, of named operator classes, of plain types in GIN and GiST. */
export function extensionsFor(method: AccessMethod, keys: readonly CandidateKey[], types: readonly ScanExpression[]): readonly string[] {
  const needed = new Set<string>();
  if (method === "hnsw" || method === "ivfflat") needed.add("vector");
  keys.forEach(({ operatorClass }, at) => {
    const known = operatorClasses.find((each) => each.accessMethod === method && each.name === operatorClass);
    if (known?.extension) needed.add(known.extension);
    const type = types[at]?.type ?? null;
    if (operatorClass !== null || type === null) return;
    // Core has no default class for any of these in GIN or GiST.
    if (method === "gin" && btreeGinTypes.has(type)) needed.add("btree_gin");
    if (method === "gist" && btreeGistTypes.has(type)) needed.add("btree_gist");
  });
  return [...needed].toSorted();
}
