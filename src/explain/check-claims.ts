import { type Figure, readFigures } from "./read-figures.ts";

/** All that an explanation may say: figures by unit, names, scans and joins of the plans, and whether anything was run. */
export interface ClaimEvidence {
  readonly figures: readonly Omit<Figure, "tolerance" | "written">[];
  /** Names as they stand in SQL, unquoted. */
  readonly names: ReadonlySet<string>;
  /** SQL that may be quoted from. */
  readonly sql: readonly string[];
  /** EXPLAIN's node types, before and after. */
  readonly nodes: ReadonlySet<string>;
  readonly measured: boolean;
}

/** Longer than this nobody reads. */
const longest = 1_200;
/** Words that stand before "index" or "table" and are no name. */
const plainWords = new Set(
  `a an the this that new one its each another existing partial covering composite unique expression single multicolumn combined smaller larger
  whole entire full base same other b-tree btree gin gist brin hash spgist hnsw ivfflat bitmap sql recommended proposed suggested dropped redundant
  duplicate unused given any every no and or of on to for with from by in is such which existing temporary partitioned parent child whose their`.split(
    /\s+/,
  ),
);
const scans: readonly (readonly [RegExp, string])[] = [
  [/\b(?:seq(?:uential)? scan|full table scan)/i, "Seq Scan"],
  [/\bindex[- ]only scan/i, "Index Only Scan"],
  [/(?<!bitmap )\bindex scan/i, "Index Scan"],
  [/\bbitmap (?:heap |index )?scan/i, "Bitmap Heap Scan"],
  [/\bhash join/i, "Hash Join"],
  [/\bmerge join/i, "Merge Join"],
  [/\bnested[- ]loop/i, "Nested Loop"],
];

/**
 * What a text claims and the evidence does not bear out, each as a clause; none when every number (with its unit, rounded as it is
 * written) and every name is in the evidence. Refuses as well what no evidence bears out: guarantees, time where nothing was run, links,
 * markup. A word that might be a name and is none costs a good text, never lets a wrong one through.
 */
export function checkClaims(text: string, evidence: ClaimEvidence): readonly string[] {
  const wrong: string[] = [];
  if (text.trim() === "") return ["it says nothing"];
  if (text.length > longest) wrong.push(`it is longer than ${longest} characters`);
  if (/https?:|www\.|\]\(|<\/?[a-z!]|```|[\p{Cc}\p{Cf}]/iu.test(text.replaceAll("\n", " "))) wrong.push("it holds a link or markup");
  const { plain, quoted } = quotedParts(text);
  for (const name of quoted) if (!isKnownQuote(name, evidence)) wrong.push(`\`${name.slice(0, 60)}\` is no name or text of the evidence`);
  for (const name of namesIn(plain)) if (!isKnownName(name, evidence)) wrong.push(`"${name}" is no name of the evidence`);
  for (const figure of readFigures(plain))
    if (!isBorneOut(figure, evidence)) wrong.push(`"${figure.written}" is no figure of the evidence`);
  for (const [pattern, node] of scans) if (pattern.test(plain) && !evidence.nodes.has(node)) wrong.push(`no plan has a ${node}`);
  const vague = /\b(?:dozens|hundreds|thousands|millions|orders? of magnitude)\b/i.exec(plain);
  if (vague) wrong.push(`"${vague[0]}" is no figure`);
  const sure = /\b(?:guarantee[sd]?|risk[- ]free|no risk|certainly|definitely|zero downtime|100 % safe)\b/i.exec(plain);
  if (sure) wrong.push(`"${sure[0]}" is more than a proof says`);
  const timed = /\b(?:measured|faster|slower|speeds?[- ]up|speedup|run ?time|execution time|latency)\b/i.exec(plain);
  if (timed && !evidence.measured) wrong.push(`"${timed[0]}" speaks of time, and nothing was run: costs are estimated`);
  return [...new Set(wrong)];
}

function quotedParts(text: string): { readonly plain: string; readonly quoted: readonly string[] } {
  const quoted: string[] = [];
  const plain = text.replaceAll(/`([^`]*)`|"([^"]*)"|“([^”]*)”|(?<!\w)'([^']*)'(?!\w)/g, (_, ...groups: (string | undefined)[]) => {
    quoted.push(groups.slice(0, 4).find((each) => each !== undefined) ?? "");
    return " § ";
  });
  return { plain, quoted };
}

/** Words that look like names: with an underscore, a dot or a call inside, in mixed case, or beside "table" and "index". */
function namesIn(plain: string): readonly string[] {
  const looks = [
    ...plain.matchAll(/(?<![\w$])(?:[A-Za-z]\w*_\w*|_\w+|[A-Za-z]\w*(?:\.[A-Za-z]\w*)+|[a-z]+[A-Z]\w*|[A-Za-z]\w*(?=\(\)))/g),
  ].map(([name]) => name);
  const isName = (name: string | undefined, ordinary: RegExp) =>
    name !== undefined && !plainWords.has(name.toLowerCase()) && !ordinary.test(name);
  const before = [...plain.matchAll(/\b([A-Za-z][\w-]*)\s+(?:table|column|index)\b/gi)].flatMap(([, name]) =>
    isName(name, adjective) ? [name!] : [],
  );
  const after = [...plain.matchAll(/\b(?:table|column|index|schema)\s+([a-z]\w*)\b/gi)].flatMap(([, name]) =>
    isName(name, verb) ? [name!] : [],
  );
  const beside = [...before, ...after];
  return [...looks, ...beside].filter((name) => !/^(?:e\.g|i\.e|etc)$/i.test(name));
}

/** As they stand before "index" in English; a name that ends so is still checked when it is quoted. */
const adjective = /(?:ed|ing|ly|able|al|ive|ous)$/i;
/** As they stand behind it. */
const verb =
  /(?:ed|ing|ly|s)$|^(?:scan|only|lookup|can|may|will|would|that|itself|so|then|when|instead|because|but|than|into|over|without|after|before|at|as|key|size|build|access|read)$/i;

function isKnownName(name: string, { names }: ClaimEvidence): boolean {
  return name.split(".").every((part) => names.has(part));
}

function isKnownQuote(text: string, evidence: ClaimEvidence): boolean {
  const bare = text.replaceAll('"', "").replace(/\(\)$/, "").trim();
  if (bare === "" || isKnownName(bare, evidence) || evidence.nodes.has(bare)) return true;
  const flat = (sql: string) => sql.replaceAll(/\s+/g, " ").trim();
  return evidence.sql.some((sql) => flat(sql).includes(flat(text)));
}

function isBorneOut(figure: Figure, { figures }: ClaimEvidence): boolean {
  return figures.some(({ unit, value }) => {
    const isSameKind = unit === figure.unit;
    // A change of −12 % may be told as 12 % less.
    return isSameKind && Math.abs(Math.abs(value) - Math.abs(figure.value)) <= figure.tolerance * (1 + 1e-9);
  });
}
