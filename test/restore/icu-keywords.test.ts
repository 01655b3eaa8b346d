import { afterAll, beforeAll, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { icuKeywords } from "../../src/restore/icu-keywords.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded({ collation: "icu" });
});
afterAll(() => database.close());

test.each([
  ["und-u-ks-level2", "und@colStrength=secondary"],
  ["de-u-ks-level1-kc-true", "de@colStrength=primary;colCaseLevel=yes"],
  ["en-US-u-kn", "en-US@colNumeric=yes"],
  ["und-u-ka-shifted-kf-upper", "und@colAlternate=shifted;colCaseFirst=upper"],
  ["de-u-co-phonebk", "de-u-co-phonebk"],
  ["und", "und"],
  ["und@colStrength=primary", "und@colStrength=primary"],
])("%s is %s", (tag, locale) => {
  expect(icuKeywords(tag)).toBe(locale);
});

test.each([
  ["und-u-ks-level2", { letters: true, accents: false }],
  ["und-u-ks-level1", { letters: true, accents: true }],
  ["und-u-ks-level3", { letters: false, accents: false }],
])("a collation of %s compares here as it does on a server", async (tag, expected) => {
  await database.run(
    `drop collation if exists c; create collation c (provider = icu, locale = '${icuKeywords(tag)}', deterministic = false)`,
  );
  const [row] = await database.session.query<object>("select 'a' = 'A' collate c as letters, 'e' = 'é' collate c as accents");
  expect(row).toEqual(expected);
});
