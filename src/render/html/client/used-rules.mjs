/** Rules of minified CSS all of whose classes occur in `script`; at-rules with blocks are gone through in the same way. */
export function usedRules(css, script) {
  const words = new Set(script.match(/[\w-]+/g));
  const isUsed = (selector) => (selector.match(/\.-?[a-zA-Z_][\w-]*/g) ?? []).every((name) => words.has(name.slice(1)));
  let kept = "";
  for (const { head, body } of topLevelRules(css.replaceAll(/\/\*[\s\S]*?\*\//g, ""))) {
    if (body === null) kept += head === "" || head.startsWith("@charset") ? "" : `${head};`;
    else if (/^@(?:media|supports|layer)/.test(head)) {
      const inner = usedRules(body, script);
      if (inner !== "") kept += `${head}{${inner}}`;
    } else if (head.startsWith("@")) kept += `${head}{${body}}`;
    else {
      const selectors = head.split(/,(?![^(]*\))/).filter(isUsed);
      if (selectors.length > 0) kept += `${selectors.join(",")}{${body}}`;
    }
  }
  return kept;
}

/** `head{body}` and `head;` of a style sheet, in order; braces within quotes do not count. */
function* topLevelRules(css) {
  let start = 0;
  let open = -1;
  let depth = 0;
  for (const { 0: token, index } of css.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^"')]*\)|[{};]/g)) {
    if (token === "{") {
      if (depth === 0) open = index;
      depth += 1;
    } else if (token === "}") {
      depth -= 1;
      if (depth === 0) {
        yield { head: css.slice(start, open).trim(), body: css.slice(open + 1, index) };
        start = index + 1;
      }
    } else if (token === ";" && depth === 0) {
      yield { head: css.slice(start, index).trim(), body: null };
      start = index + 1;
    }
  }
}
