import type { Catalog } from "../domain/catalog.ts";
import { ident } from "../domain/identifier.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { attachIndexSteps, indexSteps } from "../restore/restore-indexes.ts";
import { restoreRecord } from "../restore/restore-record.ts";
import { checkSteps, foreignKeySteps, parentSteps, tableSteps, viewSteps } from "../restore/restore-tables.ts";
import { collationSteps, extensionSteps, functionSteps, schemaSteps, typeSteps } from "../restore/restore-types.ts";
import { missingTypes, standInSteps } from "../restore/stand-ins.ts";

/**
 * Makes the tables with everything that decides which rows they take: keys, CHECKs, foreign keys, domains, generated columns. No
 * statistics and no other index. What the embedded PostgreSQL refuses is a gap.
 */
export async function makeScratch(database: EmbeddedDatabase, snapshot: Snapshot, catalog: Catalog): Promise<readonly Gap[]> {
  const record = restoreRecord(database);
  await database.run("set check_function_bodies = off");
  await record.apply(schemaSteps(catalog));
  const extensions = extensionSteps(catalog, database);
  for (const name of extensions.missing) record.gap(`extension ${ident(name)}`, "the embedded PostgreSQL does not have it");
  await record.apply([...extensions.steps, ...collationSteps(catalog)]);
  await database.run(`select set_config('search_path', ${searchPath(snapshot, catalog)}, false)`);

  const laterTypes = (await record.attempt(typeSteps(catalog))).map(({ step }) => step);
  const missing = await missingTypes(database, catalog);
  await record.apply(standInSteps(missing));
  const standIns = new Set(missing);
  const sequences = catalog.sequences.map((name) => ({
    what: `sequence ${ident(name.name)}`,
    sql: `create sequence if not exists ${ident(name.schema)}.${ident(name.name)}`,
  }));
  const functions = functionSteps(catalog);
  const late = await record.attempt([...laterTypes, ...sequences, ...functions, ...tableSteps(catalog, standIns)]);
  record.refused(late.filter(({ step }) => step.relation !== undefined));
  await record.apply(checkSteps(catalog));
  await record.apply(parentSteps(catalog));
  const constraining = catalog.relations.map((relation) => ({
    ...relation,
    indexes:
      relation.kind === "foreign-table"
        ? []
        : relation.indexes.filter((index) => index.valid && (index.unique || index.constraint !== null)),
  }));
  await record.apply(indexSteps(constraining, standIns));
  await record.apply(attachIndexSteps({ ...catalog, relations: constraining }));
  await record.apply(foreignKeySteps(catalog));
  await record.attempt([
    ...viewSteps(catalog, standIns),
    ...late.filter(({ step }) => step.relation === undefined).map(({ step }) => step),
  ]);
  return record.gaps;
}

/** Empties the database for the next pair: quicker than to boot anew. */
export async function clearScratch(database: EmbeddedDatabase): Promise<void> {
  await database.run(`do $$ declare name text; begin
    for name in select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
      execute format('drop schema %I cascade', name);
    end loop;
  end $$; create schema public; reset all`);
}

function searchPath(snapshot: Snapshot, catalog: Catalog): string {
  const own = snapshot.settings.find((setting) => setting.name === "search_path")?.value ?? '"$user", public';
  const objects = [...catalog.extensions, ...catalog.enums, ...catalog.domains, ...catalog.functions, ...catalog.relations];
  const others = [...new Set(objects.map((object) => ident(object.schema)))].filter((name) => !own.includes(name.slice(1, -1))).sort();
  return `'${[own, ...others].join(", ").replaceAll("'", "''")}'`;
}
