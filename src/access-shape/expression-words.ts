import type { ScanExpression } from "../domain/workload.ts";
import { tokens } from "../syntax/tokens.ts";
import { typeClass } from "./type-class.ts";

/**
 * What an expression is, without saying of what: `column` for a bare one, else its functions, casts and operators in order
 * (`lower`, `->>`, `::`, `date`), without names of columns and without literals; then the class of its type.
 */
export function expressionWords(on: ScanExpression): readonly string[] {
  return [...(on.column === null ? ["expression", ...insideWords(on)] : ["column"]), typeClass(on.type)];
}

function* insideWords({ sql, columns }: ScanExpression): Generator<string> {
  for (const token of tokens(sql)) {
    const text = sql.slice(token.start, token.end);
    if (token.kind === "word" && !columns.includes(text.toLowerCase())) yield text.toLowerCase();
    if (token.kind === "symbol" && !/^[(),;.[\]]+$/.test(text)) yield text;
  }
}
