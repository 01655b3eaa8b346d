import type { Catalog, Column, Constraint, FunctionDefinition, Index, Relation, RelationKind } from "../../src/domain/catalog.ts";
import { emptyCatalog, emptyColumn, emptyTable } from "../../src/domain/empty-catalog.ts";

/** SQL type → what the catalog says of it: typname, category, attlen, attalign. */
const types: Readonly<Record<string, readonly [baseType: string, category: string, length: number, alignment: string]>> = {
  smallint: ["int2", "N", 2, "s"],
  int: ["int4", "N", 4, "i"],
  integer: ["int4", "N", 4, "i"],
  bigint: ["int8", "N", 8, "d"],
  numeric: ["numeric", "N", -1, "i"],
  real: ["float4", "N", 4, "i"],
  "double precision": ["float8", "N", 8, "d"],
  boolean: ["bool", "B", 1, "c"],
  text: ["text", "S", -1, "i"],
  varchar: ["varchar", "S", -1, "i"],
  "character varying": ["varchar", "S", -1, "i"],
  char: ["bpchar", "S", -1, "i"],
  character: ["bpchar", "S", -1, "i"],
  date: ["date", "D", 4, "i"],
  timestamp: ["timestamp", "D", 8, "d"],
  timestamptz: ["timestamptz", "D", 8, "d"],
  interval: ["interval", "T", 16, "d"],
  uuid: ["uuid", "U", 16, "c"],
};

export interface TableOptions {
  readonly schema?: string;
  readonly kind?: RelationKind;
  readonly rows?: number;
  readonly indexes?: readonly Index[];
  readonly constraints?: readonly Constraint[];
}

/** A relation from column declarations: `table("t", "id int not null, tags text[]")`. Nothing is analysed. */
export function table(name: string, columns: string, options: TableOptions = {}): Relation {
  return {
    ...emptyTable,
    schema: options.schema ?? "public",
    name,
    kind: options.kind ?? "table",
    rows: options.rows ?? null,
    columns: columns
      .split(/,\s*(?![^(]*\))/)
      .filter((each) => each.trim() !== "")
      .map((each, position) => column(each.trim(), position + 1)),
    indexes: options.indexes ?? [],
    constraints: options.constraints ?? [],
  };
}

function column(declaration: string, position: number): Column {
  const [, quoted, bare, rest = ""] = /^(?:"([^"]+)"|(\S+))\s+(.*)$/.exec(declaration) ?? [];
  const type = rest.replace(/\s+not null$/i, "");
  const isArray = type.endsWith("[]");
  const element = (isArray ? type.slice(0, -2) : type).replace(/\(.*\)/, "").trim();
  const [baseType, category, length, alignment] = types[element] ?? [element, "U", -1, "i"];
  return {
    ...emptyColumn,
    name: quoted ?? bare ?? "",
    position,
    type,
    baseType: isArray ? `_${baseType}` : baseType,
    category: isArray ? "A" : category,
    elementType: isArray ? baseType : null,
    storageLength: isArray ? -1 : length,
    alignment: isArray ? "i" : alignment,
    notNull: /not null$/i.test(rest),
  };
}

/** A catalog of these relations and nothing else. */
export function literalCatalog(relations: readonly Relation[], functions: readonly FunctionDefinition[] = []): Catalog {
  return { ...emptyCatalog, relations, functions };
}
