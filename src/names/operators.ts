import type { Node } from "@pgsql/types";

/** `a OP b` is `b OP′ a`. pg_operator.oprcom of core, pg_trgm, hstore, ltree and pgvector; an operator without one is absent. */
const commutators = new Map(
  `= = <> <> < > <= >= && && @> <@ << >> <<= >>= @@ @@ -|- -|- ~= ~= % % <% %> <<% %>> ~<~ ~>~ ~<=~ ~>=~ <<| |>> <-> <-> <=> <=>
  <#> <#> <+> <+> <~> <~> <%> <%> <<-> <->> <<<-> <->>> + + * * ?# ?# ?|| ?|| ?-| ?-|`
    .split(/\s+/)
    .flatMap((operator, position, all): [string, string][] => {
      const other = all[position + 1]!;
      return position % 2 === 0
        ? [
            [operator, other],
            [other, operator],
          ]
        : [];
    }),
);

/** pg_operator.oprnegate. */
const negators = new Map(
  Object.entries({
    "=": "<>",
    "<": ">=",
    ">": "<=",
    "~~": "!~~",
    "~~*": "!~~*",
    "~": "!~",
    "~*": "!~*",
    "~<~": "~>=~",
    "~>~": "~<=~",
  }).flatMap(([operator, other]): [string, string][] => [
    [operator, other],
    [other, operator],
  ]),
);

export function commutator(operator: string): string | null {
  return commutators.get(operator) ?? null;
}

export function negator(operator: string): string | null {
  return operator === "!=" ? "=" : (negators.get(operator) ?? null);
}

/** Ordering operators: core and pg_trgm `<->`, pgvector `<=>` `<#>` `<+>` `<~>` `<%>`, pg_trgm's word similarity. */
const distances = new Set("<-> <=> <#> <+> <~> <%> <<-> <->> <<<-> <->>>".split(" "));

export function isDistance(operator: string): boolean {
  return distances.has(operator);
}

/** Unqualified name of an operator, `!=` written as PostgreSQL stores it. */
export function operatorName(name: readonly Node[] | undefined): string {
  const last = name?.at(-1);
  const operator = last && "String" in last ? (last.String.sval ?? "") : "";
  return operator === "!=" ? "<>" : operator;
}

export function operatorNode(operator: string): Node[] {
  return [{ String: { sval: operator } }];
}

/** `left OPERATOR right`. */
export function comparisonNode(left: Node, operator: string, right: Node): Node {
  return { A_Expr: { kind: "AEXPR_OP", name: operatorNode(operator), lexpr: left, rexpr: right } };
}
