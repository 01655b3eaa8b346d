import {
  and,
  cast,
  equalitiesOf,
  index,
  key,
  type Node,
  operation,
  operationOf,
  or,
  type QueryLevel,
  replaceFilters,
  rewriteRule,
  textConst,
  textOf,
  treeText,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "The text of a jsonb key compared with a constant: document ->> 'key' = 'value'",
  effect: "A GIN index on the document cannot serve the condition, so every document is unpacked",
  remedy: "Ask whether the document contains the key with that value: @>",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html#JSON-CONTAINMENT",
      says: "containment compares values with their types, so the number 5 and the string 5 are not equal",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING",
      says: "jsonb_path_ops supports @> with a smaller index than jsonb_ops",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, right } of equalitiesOf(node)) {
      const wanted = textOf(right);
      const found = wanted === null ? null : pathOf(left, level);
      if (!found || wanted === null) continue;
      const contains = (value: unknown) =>
        operation(found.document, "@>", cast(textConst(JSON.stringify(nested(found.keys, value))), "jsonb"));
      const other = otherReading(wanted);
      // Where the containment stands beside it already, the text only decides between its two readings.
      if (other === "unsafe" || treeText(level.select).includes(treeText(contains(wanted)))) continue;
      // A number or boolean has the same text as its string, so both are looked for and the text decides.
      const to = other === null ? contains(wanted) : and(or(contains(wanted), contains(other)), node);
      const use = level.column(found.document);
      return {
        to,
        because: "a GIN index on the document finds the key with its value, whatever the key",
        suggests: use ? [index(use.table.relation, "gin", [key(use.column.name, { operatorClass: "jsonb_path_ops" })])] : [],
      };
    }
    return null;
  }),
});

/** `d ->> 'k'`, `d -> 'a' ->> 'k'`, `d #>> '{a,k}'` over a jsonb column. */
function pathOf(node: Node, level: QueryLevel): { readonly document: Node; readonly keys: readonly string[] } | null {
  const last = operationOf(node);
  if (last?.operator === "#>>") {
    const path = /^\{([A-Za-z_][\w-]*(?:,[A-Za-z_][\w-]*)*)\}$/.exec(textOf(last.right) ?? "")?.[1]?.split(",");
    return path && isDocument(last.left, level) ? { document: last.left, keys: path } : null;
  }
  if (last?.operator !== "->>") return null;
  const keys: string[] = [];
  for (let at: Node = node; ; ) {
    const step = operationOf(at);
    if (!step || (step.operator !== "->>" && step.operator !== "->")) return isDocument(at, level) ? { document: at, keys } : null;
    const name = textOf(step.right);
    if (name === null) return null;
    keys.unshift(name);
    at = step.left;
  }
}

function isDocument(node: Node, level: QueryLevel): boolean {
  return level.column(node)?.column.baseType === "jsonb";
}

function nested(keys: readonly string[], value: unknown): unknown {
  return keys.reduceRight((inner, name) => ({ [name]: inner }), value);
}

/** What else has this text: a number, a boolean. Arrays and objects have texts of their own making, which nobody should compare. */
function otherReading(text: string): number | boolean | null | "unsafe" {
  if (text === "true" || text === "false") return text === "true";
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return text === "-0" ? "unsafe" : Number(text);
  return /^[[{]|^-?[\d.]/.test(text) ? (/^-?\d[\d.]*(?:[eE].*)?$/.test(text) || /^[[{]/.test(text) ? "unsafe" : null) : null;
}
