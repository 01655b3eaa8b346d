import { equalitiesOf, integerConst, operation, replaceFilters, rewriteRule, textConst, textOf } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A key column cast to text and compared with the text of a value",
  effect: "Every key is converted to text, and the index of the key cannot be used",
  remedy: "Compare the key with a value of its own type",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
      says: "an index on a column is not considered for a condition on an expression over it",
    },
    {
      url: "https://www.postgresql.org/docs/current/datatype-uuid.html",
      says: "the output of a uuid is always in the standard form with lower-case digits",
    },
  ],

  rewrite: replaceFilters(({ node, level }) => {
    for (const { left, right } of equalitiesOf(node)) {
      const typeName = "TypeCast" in left ? left.TypeCast.typeName : undefined;
      const type = typeName?.names?.at(-1);
      const isText = type && "String" in type && ["text", "varchar"].includes(type.String.sval ?? "") && !typeName?.typmods;
      const column = isText && "TypeCast" in left ? left.TypeCast.arg : undefined;
      const wanted = textOf(right);
      if (!column || wanted === null) continue;
      const key = level.column(column)?.column.baseType ?? "";
      const because = "the key's own index can be used, and its text form is one to one";
      if (key === "uuid" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted))
        return { to: operation(column, "=", textConst(wanted)), because };
      const limit = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n }[key];
      // Only the form that the type itself writes: '042' equals no integer's text.
      if (limit === undefined || !/^(?:0|-?[1-9]\d{0,17})$/.test(wanted)) continue;
      const number = BigInt(wanted);
      if (number < limit && number >= -limit) return { to: operation(column, "=", integerConst(number)), because };
    }
    return null;
  }),
});
