/**
 * What an index sees in a type: its family of operators, not its name. `typname` in, one word out; a type that no list names
 * (an enum, a user's own) is `other`, because two enums are alike to every access method.
 */
export function typeClass(type: string | null): string {
  if (type === null) return "unknown";
  if (type.startsWith("_")) return `array-of-${typeClass(type.slice(1))}`;
  return classes.get(type) ?? (type.endsWith("multirange") ? "range" : type.endsWith("range") ? "range" : "other");
}

const classes = new Map<string, string>([
  ...["int2", "int4", "int8", "oid", "xid8"].map((type) => [type, "integer"] as const),
  ...["numeric", "money", "float4", "float8"].map((type) => [type, "number"] as const),
  ...["text", "varchar", "bpchar", "name", "citext", "char"].map((type) => [type, "text"] as const),
  ...["timestamptz", "timestamp", "date"].map((type) => [type, "moment"] as const),
  ...["time", "timetz", "interval"].map((type) => [type, "duration"] as const),
  ...["bool", "uuid", "jsonb", "json", "tsvector", "bytea", "hstore", "ltree", "xml"].map((type) => [type, type] as const),
  ...["inet", "cidr", "macaddr", "macaddr8"].map((type) => [type, "network"] as const),
  ...["point", "box", "polygon", "circle", "line", "lseg", "path", "geometry", "geography"].map((type) => [type, "shape"] as const),
  ...["vector", "halfvec", "sparsevec", "bit", "varbit"].map((type) => [type, "vector"] as const),
]);
