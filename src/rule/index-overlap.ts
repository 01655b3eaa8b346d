import type { Index, Relation } from "../domain/catalog.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { CatalogView } from "./catalog-view.ts";

/** A key as `pg_get_indexdef` writes it, its direction apart: `lower(name)`, `name COLLATE "C" text_pattern_ops`. */
interface WrittenKey {
  readonly text: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** True when two indexes answer exactly the same: method, keys with collation and operator class, INCLUDE, predicate, and for BRIN the range. */
export function sameIndex(a: Index, b: Index): boolean {
  const [first, second] = [writtenKeys(a), writtenKeys(b)];
  return first.length === second.length && comparable(a, b) && leads(a, first, second) && sameSet(a.include, b.include);
}

/**
 * True when `wide` answers all that `narrow` does: its keys begin with narrow's (GIN and BRIN search any subset of theirs),
 * and it holds every column that narrow includes. A partial index is covered only by one with the same predicate.
 */
export function covers(wide: Index, narrow: Index): boolean {
  if (!comparable(wide, narrow)) return false;
  const [ours, theirs] = [writtenKeys(wide), writtenKeys(narrow)];
  const anySubset = wide.accessMethod === "gin" || wide.accessMethod === "brin";
  const found = anySubset ? theirs.every((each) => ours.some((other) => other.text === each.text)) : leads(wide, theirs, ours);
  const held = new Set([...wide.include, ...wide.keys.map((each) => each.column)]);
  return found && narrow.include.every((name) => held.has(name));
}

/** Why the index must stay whatever its use, in words; null when it may go. Uniqueness is for the caller to judge. */
export function mustStay(catalog: CatalogView, relation: Relation, index: Index): string | null {
  if (index.constraint !== null || index.primary) return "it backs a constraint";
  if (index.replicaIdentity) return "it is the replica identity";
  if (index.clustered) return "CLUSTER orders the table by it";
  if (index.parent !== null) return "it is part of a partitioned index";
  if (index.unique && foreignKeysTo(catalog, relation).some((columns) => sameSet(columns, keyColumns(index))))
    return "a foreign key refers to it";
  return null;
}

function foreignKeysTo(catalog: CatalogView, relation: Relation): (readonly string[])[] {
  const references = catalog.all.relations.flatMap((each) => each.constraints).map((constraint) => constraint.references);
  return references.filter((target) => target !== null && sameRelation(target.relation, relation)).map((target) => target?.columns ?? []);
}

function keyColumns(index: Index): string[] {
  return index.keys.map((each) => each.column ?? each.sql);
}

/** Same method and predicate, and the same parameters where they change what a search reads. */
function comparable(a: Index, b: Index): boolean {
  if (a.accessMethod !== b.accessMethod || a.predicate !== b.predicate) return false;
  return a.accessMethod !== "brin" || sameSet(a.storageParameters, b.storageParameters);
}

/** `short` is the beginning of `long`, as it stands or, for a B-tree, read backwards. */
function leads({ accessMethod }: Index, short: readonly WrittenKey[], long: readonly WrittenKey[]): boolean {
  const same = (backwards: boolean) =>
    short.every((each, at) => {
      const other = long[at];
      if (other?.text !== each.text) return false;
      return backwards
        ? other.descending !== each.descending && other.nullsFirst !== each.nullsFirst
        : other.descending === each.descending && other.nullsFirst === each.nullsFirst;
    });
  return same(false) || (accessMethod === "btree" && same(true));
}

/** Collation of the key at `position` where it is not its column's own, as the server writes it (`"C"`, `pg_catalog."en_US"`); else null. */
export function ownCollation(index: Index, position: number): string | null {
  return / COLLATE ((?:"(?:[^"]|"")*"|[\w.$])+)/.exec(writtenKeys(index)[position]?.text ?? "")?.[1] ?? null;
}

/** What the server writes behind the key at `position` because it is not the default: `COLLATE "C" text_pattern_ops`; else empty. */
export function ownClass(index: Index, position: number): string {
  const bare = (text: string) => text.replaceAll(/[()\s]/g, "");
  const written = writtenKeys(index)[position]?.text ?? "";
  const key = bare(index.keys[position]?.sql ?? "");
  // The key may stand in more parentheses than the catalog's text of it.
  for (let at = 0; at <= written.length; at++)
    if (bare(written.slice(0, at)) === key && !/^[)\w]/.test(written.slice(at))) return written.slice(at).trim();
  return written;
}

/** Splits the key list of the definition, because the catalog's keys leave out collation and operator-class parameters. */
function writtenKeys(index: Index): WrittenKey[] {
  const opening = ` USING ${index.accessMethod} (`;
  const start = index.definition.indexOf(opening);
  if (start < 0)
    return index.keys.map((each) => ({
      text: `${each.sql} ${each.operatorClass}`,
      descending: each.descending,
      nullsFirst: each.nullsFirst,
    }));
  return topLevelParts(index.definition.slice(start + opening.length)).map((written, at) => ({
    text: written.replace(/( ASC| DESC)?( NULLS (FIRST|LAST))?$/, ""),
    descending: index.keys[at]?.descending ?? false,
    nullsFirst: index.keys[at]?.nullsFirst ?? false,
  }));
}

/** Parts between the commas up to the parenthesis that closes the list; quotes and nested parentheses are skipped. */
function topLevelParts(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at++) {
    const sign = list[at];
    if (sign === "'" || sign === '"') at = list.indexOf(sign, at + 1);
    if (at < 0) return [];
    if (sign === "(") depth++;
    if ((sign === "," || sign === ")") && depth === 0) {
      parts.push(list.slice(from, at).trim());
      from = at + 1;
      if (sign === ")") return parts;
    }
    if (sign === ")") depth--;
  }
  return parts;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
