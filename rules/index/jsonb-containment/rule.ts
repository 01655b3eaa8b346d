import {
  classIndex,
  classKeys,
  constantPattern,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  rowsInWords,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "A jsonb column asked with `@>`, `@?` or `@@` and no GIN index on it",
  effect: "Every document is read and taken apart to compare it",
  remedy: "Create a GIN index with jsonb_path_ops",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
      says: "jsonb_path_ops supports @>, @? and @@ and is usually much smaller and more specific than jsonb_ops",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const keys = classKeys(scan, "gin", catalog, postgres).filter(({ on, type }) => type === "jsonb" && on.column !== null);
    for (const found of keys) {
      if (found.operatorClass.name !== "jsonb_path_ops") continue;
      const wanted = classIndex(scan.relation, [found]);
      const everyKey = keys.find(({ on, operatorClass }) => on.sql === found.on.sql && operatorClass.name === "jsonb_ops");
      if (servedBy(catalog, wanted) || (everyKey && servedBy(catalog, classIndex(scan.relation, [everyKey])))) continue;
      if (found.predicates.every((predicate) => /^\s*(\{\s*\}|\[\s*\])\s*$/.test(constantPattern(predicate) ?? ""))) {
        yield {
          kind: "refuse",
          index: wanted,
          because: `${found.on.sql} is compared with an empty document, which nearly every row contains`,
        };
        continue;
      }
      const rows = rowsInWords(catalog, scan.relation, figure);
      const because = `${found.on.sql} is asked with ${found.operators.join(" and ")} over ${rows}; jsonb_path_ops stores one hash per path and value, so it goes straight to the documents that hold them`;
      yield { kind: "create", index: wanted, because };
    }
    for (const { on } of scan.predicates) {
      const [, called, path] = /^\(*(?:pg_catalog\.)?(jsonb_path_exists|jsonb_path_match)\s*\(\s*"?(\w+)"?\s*,/i.exec(on.sql) ?? [];
      const column = on.columns.find((name) => name === path);
      if (called === undefined || column === undefined || catalog.column(scan.relation, column)?.baseType !== "jsonb") continue;
      const wanted = index(scan.relation, "gin", [key(column, { operatorClass: "jsonb_path_ops" })]);
      const form = `${column} ${called.toLowerCase() === "jsonb_path_exists" ? "@?" : "@@"} path`;
      const because = `${called} of ${column} is a function call, which no index answers; the operator form ${form} is answered by this index`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }
  },
});
