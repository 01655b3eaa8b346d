import {
  and,
  call,
  equalitiesOf,
  index,
  isNotNull,
  isParameter,
  key,
  literalOf,
  operation,
  operationOf,
  replaceFilters,
  rewriteRule,
  textOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "The value of an hstore key compared: attributes -> 'key' = value",
  effect: "A GIN index on the hstore cannot serve the condition, so every row is unpacked",
  remedy: "Ask whether the hstore contains the pair: attributes @> hstore('key', value)",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/hstore.html#HSTORE-INDEXES",
      says: "hstore has GiST and GIN index support for the @>, ?, ?& and ?| operators",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, right } of equalitiesOf(node)) {
      const step = operationOf(left);
      const use = step?.operator === "->" ? level.column(step.left) : null;
      if (!step || use?.column.baseType !== "hstore" || textOf(step.right) === null) continue;
      if (literalOf(right)?.kind !== "text" && !isParameter(right)) continue;
      const pair = operation(step.left, "@>", call("hstore", step.right, right));
      return {
        // hstore(key, null) is a pair with a null value, which rows may contain; = null finds none.
        to: isParameter(right) ? and(pair, isNotNull(right)) : pair,
        because: "a GIN index on the hstore finds the pair, whatever the key",
        suggests: [index(use.table.relation, "gin", [key(use.column.name)])],
      };
    }
    return null;
  }),
});
