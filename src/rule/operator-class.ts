/**
 * Which operator class makes an operator on a type indexable. From the tables
 * "Built-in GIN / GiST / SP-GiST Operator Classes" of the manual and of the
 * contrib modules' pages; PostGIS from its manual, chapter "Spatial Queries".
 */
export interface OperatorClass {
  readonly accessMethod: "gin" | "gist" | "spgist";
  readonly name: string;
  /** Used when none is named, so an index need not say it. */
  readonly isDefault: boolean;
  /** `typname`s; `_*` any array, `range` and `multirange` any range type. */
  readonly types: readonly string[];
  readonly operators: readonly string[];
  /** Extension that brings it, null for core. */
  readonly extension: string | null;
  /** First major version that has it; absent = all supported ones. */
  readonly from?: number;
}

const words = (text: string) => text.split(" ");
const text = ["text", "varchar"];
const rangeOperators = words("= && @> <@ << >> &< &> -|-");
const boxOperators = words("<< &< && &> >> ~= @> <@ &<| <<| |>> |&>");
const pointOperators = words("<< >> <<| |>> ~= <@ <^ >^");
const networkOperators = words("<< <<= >> >>= && = <> < <= > >=");

export const operatorClasses: readonly OperatorClass[] = [
  { accessMethod: "gin", name: "array_ops", isDefault: true, types: ["_*"], operators: words("@> <@ && ="), extension: null },
  { accessMethod: "gin", name: "jsonb_ops", isDefault: true, types: ["jsonb"], operators: words("@> @? @@ ? ?| ?&"), extension: null },
  { accessMethod: "gin", name: "jsonb_path_ops", isDefault: false, types: ["jsonb"], operators: words("@> @? @@"), extension: null },
  { accessMethod: "gin", name: "tsvector_ops", isDefault: true, types: ["tsvector"], operators: words("@@ @@@"), extension: null },
  { accessMethod: "gin", name: "gin_hstore_ops", isDefault: true, types: ["hstore"], operators: words("@> ? ?| ?&"), extension: "hstore" },
  {
    accessMethod: "gin",
    name: "gin__int_ops",
    isDefault: false,
    types: ["_int4"],
    operators: words("@> <@ && = @@"),
    extension: "intarray",
  },
  // `%>` and `%>>` are word similarity with the column on the left.
  {
    accessMethod: "gin",
    name: "gin_trgm_ops",
    isDefault: false,
    types: text,
    operators: words("~~ ~~* ~ ~* % %> %>>"),
    extension: "pg_trgm",
  },
  {
    accessMethod: "gist",
    name: "gist_trgm_ops",
    isDefault: false,
    types: text,
    operators: words("~~ ~~* ~ ~* % %> %>>"),
    extension: "pg_trgm",
  },
  { accessMethod: "gist", name: "range_ops", isDefault: true, types: ["range"], operators: rangeOperators, extension: null },
  {
    accessMethod: "gist",
    name: "multirange_ops",
    isDefault: true,
    types: ["multirange"],
    operators: rangeOperators,
    extension: null,
    from: 14,
  },
  { accessMethod: "gist", name: "point_ops", isDefault: true, types: ["point"], operators: pointOperators, extension: null },
  { accessMethod: "gist", name: "box_ops", isDefault: true, types: ["box"], operators: boxOperators, extension: null },
  { accessMethod: "gist", name: "circle_ops", isDefault: true, types: ["circle"], operators: boxOperators, extension: null },
  { accessMethod: "gist", name: "poly_ops", isDefault: true, types: ["polygon"], operators: boxOperators, extension: null },
  { accessMethod: "gist", name: "inet_ops", isDefault: false, types: ["inet", "cidr"], operators: networkOperators, extension: null },
  { accessMethod: "gist", name: "gist_cube_ops", isDefault: true, types: ["cube"], operators: words("&& @> <@ ="), extension: "cube" },
  {
    accessMethod: "gist",
    name: "gist_seg_ops",
    isDefault: true,
    types: ["seg"],
    operators: words("<< &< && &> >> @> <@ ="),
    extension: "seg",
  },
  { accessMethod: "gist", name: "gist_ltree_ops", isDefault: true, types: ["ltree"], operators: words("@> <@ @ ~ ?"), extension: "ltree" },
  {
    accessMethod: "gist",
    name: "gist__ltree_ops",
    isDefault: true,
    types: ["_ltree"],
    operators: words("<@ @> ~ @ ?"),
    extension: "ltree",
  },
  {
    accessMethod: "gist",
    name: "gist_geometry_ops_2d",
    isDefault: true,
    types: ["geometry"],
    operators: words("&& @ ~ ~= << >> &< &> <<| |>> &<| |&>"),
    extension: "postgis",
  },
  { accessMethod: "gist", name: "gist_geography_ops", isDefault: true, types: ["geography"], operators: ["&&"], extension: "postgis" },
  { accessMethod: "spgist", name: "range_ops", isDefault: true, types: ["range"], operators: rangeOperators, extension: null },
  { accessMethod: "spgist", name: "quad_point_ops", isDefault: true, types: ["point"], operators: pointOperators, extension: null },
  { accessMethod: "spgist", name: "kd_point_ops", isDefault: false, types: ["point"], operators: pointOperators, extension: null },
  { accessMethod: "spgist", name: "box_ops", isDefault: true, types: ["box"], operators: boxOperators, extension: null },
  { accessMethod: "spgist", name: "poly_ops", isDefault: true, types: ["polygon"], operators: boxOperators, extension: null },
  { accessMethod: "spgist", name: "inet_ops", isDefault: true, types: ["inet", "cidr"], operators: networkOperators, extension: null },
  { accessMethod: "spgist", name: "text_ops", isDefault: true, types: text, operators: words("^@ ~~"), extension: null },
];

/** The classes of an access method that serve `operator` on a type (a type's kind as `typeKind` gives it). */
export function operatorClassesFor(
  accessMethod: OperatorClass["accessMethod"],
  type: string,
  operator: string,
  postgres: number,
): OperatorClass[] {
  return operatorClasses.filter(
    (each) =>
      each.accessMethod === accessMethod &&
      each.operators.includes(operator) &&
      (each.from ?? 0) <= postgres &&
      each.types.some((accepted) => accepted === type || (accepted === "_*" && type.startsWith("_"))),
  );
}

/** Scalar types that btree_gin lets a GIN index hold beside the others (F.7 of the manual). */
export const btreeGinTypes: ReadonlySet<string> = new Set(
  words(
    "int2 int4 int8 float4 float8 timestamp timestamptz time timetz date interval oid money char varchar text bytea bit varbit numeric macaddr macaddr8 inet cidr uuid name bool bpchar",
  ),
);
/** The same for btree_gist (F.8); `bool` came with its version 1.7 in PostgreSQL 16. */
export const btreeGistTypes: ReadonlySet<string> = new Set(
  words(
    "int2 int4 int8 float4 float8 numeric timestamp timestamptz time timetz date interval oid money varchar text bpchar bytea bit varbit macaddr macaddr8 inet cidr uuid bool",
  ),
);
/** Types for which btree_gist has the distance operator `<->`. */
export const btreeGistDistanceTypes: ReadonlySet<string> = new Set(
  words("int2 int4 int8 float4 float8 timestamp timestamptz time date interval oid money"),
);
