/** Attributes of a language tag (`-u-ks-level2`) as ICU's own locale keywords (BCP 47 extension U, key by key). */
const keywords: Readonly<Record<string, string>> = {
  ks: "colStrength",
  ka: "colAlternate",
  kb: "colBackwards",
  kc: "colCaseLevel",
  kf: "colCaseFirst",
  kk: "colNormalization",
  kn: "colNumeric",
};
const values: Readonly<Record<string, string>> = {
  level1: "primary",
  level2: "secondary",
  level3: "tertiary",
  level4: "quaternary",
  noignore: "non-ignorable",
  true: "yes",
  false: "no",
};

/**
 * An ICU locale with the attributes of its language tag written as keywords: PGlite carries no data to read tags with, and would sort by
 * the root rules alone. Other locales, and attributes without a keyword, come back as they are.
 */
export function icuKeywords(locale: string): string {
  const tag = /^(.*?)-u-(.+)$/i.exec(locale);
  if (!tag) return locale;
  const [, language = "und", extension = ""] = tag;
  const found: string[] = [];
  for (const [, key, value] of extension.matchAll(/(?:^|-)(k[a-z])(?:-([a-z0-9]{3,8}))?(?=-|$)/gi)) {
    const keyword = keywords[key!.toLowerCase()];
    const word = (value ?? "true").toLowerCase();
    if (keyword !== undefined) found.push(`${keyword}=${values[word] ?? word}`);
  }
  return found.length === 0 ? locale : `${language}@${found.join(";")}`;
}
