import type { Catalog, FunctionDefinition, UserCollation } from "../domain/catalog.ts";
import { ident, literal, qualified } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";
import { icuKeywords } from "./icu-keywords.ts";
import { toolExtension } from "./own-tools.ts";

/** Every schema that something of the snapshot lives in. */
export function schemaSteps(catalog: Catalog): Step[] {
  const objects = [
    ...catalog.enums,
    ...catalog.domains,
    ...catalog.composites,
    ...catalog.ranges,
    ...catalog.collations,
    ...catalog.functions,
    ...catalog.sequences,
    ...catalog.relations,
    ...catalog.statisticsObjects,
    ...catalog.extensions,
  ];
  const names = [...new Set(objects.map((object) => object.schema))].filter((name) => name !== "pg_catalog" && name !== "public");
  return names.sort().map((name) => ({ what: `schema ${ident(name)}`, sql: `create schema if not exists ${ident(name)}` }));
}

/** Extensions the embedded PostgreSQL has; those it has not are returned as `missing`. */
export function extensionSteps(catalog: Catalog, database: EmbeddedDatabase): { readonly steps: Step[]; readonly missing: string[] } {
  const steps: Step[] = [];
  const missing: string[] = [];
  for (const { name, schema } of catalog.extensions) {
    if (name === "plpgsql" || name === toolExtension) continue;
    if (!database.provideExtension(name)) missing.push(name);
    else
      steps.push({
        what: `extension ${ident(name)}`,
        sql: `create extension if not exists ${ident(name)} with schema ${ident(schema)} cascade`,
        // An extension that fixes its own schema refuses another.
        otherwise: [`create extension if not exists ${ident(name)} cascade`],
      });
  }
  return { steps, missing };
}

export function typeSteps(catalog: Catalog): Step[] {
  return [
    ...catalog.enums.map((type) => ({
      what: `enum ${qualified(type)}`,
      sql: `create type ${qualified(type)} as enum (${type.labels.map(literal).join(", ")})`,
    })),
    ...catalog.composites.map((type) => ({
      what: `composite type ${qualified(type)}`,
      sql: `create type ${qualified(type)} as (${type.attributes.map(({ name, type }) => `${ident(name)} ${type}`).join(", ")})`,
    })),
    ...catalog.ranges.map((type) => {
      const multirange = type.multirange === null ? "" : `, multirange_type_name = ${ident(type.multirange)}`;
      return {
        what: `range type ${qualified(type)}`,
        sql: `create type ${qualified(type)} as range (subtype = ${type.subtype}${multirange})`,
        otherwise: [`create type ${qualified(type)} as range (subtype = ${type.subtype})`],
      };
    }),
    ...catalog.domains.map((type) => {
      const head = `create domain ${qualified(type)} as ${type.baseType}`;
      const notNull = type.notNull ? " not null" : "";
      return {
        what: `domain ${qualified(type)}`,
        sql: `${head}${type.default === null ? "" : ` default ${type.default}`}${notNull} ${type.checks.join(" ")}`,
        // Neither default nor check changes a plan, and either may need a function that is not there.
        otherwise: [`${head}${notNull}`],
      };
    }),
  ];
}

/** Production's own collations, and stand-ins for system ones that definitions name and PGlite has not. */
export function collationSteps(catalog: Catalog): Step[] {
  const own = new Set(catalog.collations.map((each) => `${each.schema}.${each.name}`));
  const named = namedCollations(catalog).filter((name) => !own.has(`pg_catalog.${name}`));
  return [
    ...catalog.collations.map(collationStep),
    ...named.map((name) => {
      const provider = name.endsWith("-x-icu") ? "provider = icu, locale = 'und'" : "provider = libc, locale = 'en_US.UTF-8'";
      return { what: `collation ${ident(name)}`, sql: `create collation if not exists pg_catalog.${ident(name)} (${provider})` };
    }),
  ];
}

function collationStep(collation: UserCollation): Step {
  const make = (provider: string, locale: string) =>
    `create collation ${qualified(collation)} (provider = ${provider}, locale = ${literal(locale)}, deterministic = ${collation.deterministic})`;
  return {
    what: `collation ${qualified(collation)}`,
    sql: make(
      collation.provider,
      collation.provider === "icu" ? icuKeywords(collation.locale === "" ? "und" : collation.locale) : collation.locale || "und",
    ),
    // PGlite carries ICU's root collation only; libc there knows no languages.
    otherwise: [make("icu", "und"), make("libc", "en_US.UTF-8")],
  };
}

/** Names after COLLATE in definitions, and of columns, without those that stand in a user schema. */
function namedCollations(catalog: Catalog): string[] {
  const texts = catalog.relations.flatMap((relation) => [
    ...relation.columns.map((column) => (column.collation === null ? "" : `COLLATE ${column.collation}`)),
    ...relation.indexes.map((index) => index.definition),
    ...relation.constraints.map((constraint) => constraint.definition),
    relation.partitionKey ?? "",
    relation.viewDefinition ?? "",
  ]);
  const names = new Set<string>();
  for (const text of texts)
    for (const [, schema, name] of text.matchAll(/\bCOLLATE\s+(?:("?\w+"?)\.)?"((?:[^"]|"")+)"/gi))
      if (schema === undefined || schema.replaceAll('"', "") === "pg_catalog") names.add(name!.replaceAll('""', '"'));
  return [...names].filter((name) => !["C", "POSIX", "default"].includes(name)).sort();
}

/**
 * Functions that a statement or a definition may call. Procedures and trigger functions never reach the planner.
 * A language that PGlite has not gets a stand-in that returns NULL.
 */
export function functionSteps(catalog: Catalog): Step[] {
  const indexed = catalog.relations.flatMap((relation) => relation.indexes.map((index) => index.definition)).join("\n");
  return catalog.functions
    .filter((each) => !/^\s*CREATE OR REPLACE PROCEDURE|\n?\s*RETURNS (event_)?trigger\b/i.test(each.definition))
    .map((each) => {
      const what = `function ${qualified(each)}(${each.arguments})`;
      if (["sql", "plpgsql", "internal"].includes(each.language)) return { what, sql: each.definition };
      return { what, sql: standInFunction(each, indexed.includes(each.name)) };
    });
}

/**
 * The same signature, volatility and cost with a body that returns NULL. IMMUTABLE becomes STABLE, or the planner
 * would fold the call to NULL; not when an index needs it so.
 */
function standInFunction(original: FunctionDefinition, indexed: boolean): string {
  const head = original.definition.slice(0, original.definition.lastIndexOf("\nAS "));
  const rows = /\bRETURNS (SETOF|TABLE)\b/i.test(head) || /\bOUT\b/.test(original.arguments);
  const body = rows ? "begin return; end" : "begin return null; end";
  const declared = head.replace(/^ LANGUAGE \S+$/m, " LANGUAGE plpgsql");
  return `${indexed ? declared : declared.replace(/\bIMMUTABLE\b/, "STABLE")}\nAS '${body}'`;
}
