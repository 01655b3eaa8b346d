const allKinds = ["ndistinct", "dependencies", "mcv"] as const;

/** Kinds and plain columns of `pg_get_statisticsobjdef`; null when it holds an expression. */
export function statisticsTargets(definition: string): { readonly kinds: readonly string[]; readonly columns: readonly string[] } | null {
  const [, kinds, targets] = /^CREATE STATISTICS .+? (?:\(([a-z, ]+)\) )?ON (.+) FROM .+$/s.exec(definition) ?? [];
  if (targets === undefined || targets.includes("(")) return null;
  const columns = [...targets.matchAll(/"((?:[^"]|"")+)"|([\w$]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? "",
  );
  return { kinds: kinds === undefined ? allKinds : kinds.split(",").map((each) => each.trim()), columns };
}
