import type { TypeName } from "@pgsql/types";
import { identName, readableIdent } from "../domain/identifier.ts";
import type { TypeReference } from "../domain/schema-change.ts";

/** `pg_type.typname` → the SQL spelling of format_type(). */
const spelled: Readonly<Record<string, string>> = {
  bool: "boolean",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  float4: "real",
  float8: "double precision",
  varchar: "character varying",
  bpchar: "character",
  varbit: "bit varying",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  timetz: "time with time zone",
};
const named = new Map(Object.entries(spelled).map(([name, sql]) => [sql, name]));

const serials: Readonly<Record<string, string>> = {
  serial: "int4",
  serial4: "int4",
  bigserial: "int8",
  serial8: "int8",
  smallserial: "int2",
  serial2: "int2",
};

/** A type as written in a statement. `serial` is told apart by `isSerial`; here it is its integer. */
export function typeOfName(type: TypeName | undefined): TypeReference {
  const names = (type?.names ?? []).flatMap((each) => ("String" in each ? [each.String.sval ?? ""] : []));
  const written = names.at(-1) ?? "";
  const name = serials[written] ?? written;
  const schema = names.length > 1 && names[0] !== "pg_catalog" ? names[0]! : null;
  const modifiers = (type?.typmods ?? []).flatMap((each) => ("A_Const" in each ? [each.A_Const.ival?.ival ?? 0] : []));
  // The grammar writes `char` as bpchar(1), and interval's fields as a bit mask with, at most, a precision behind it.
  const kept = name === "interval" && modifiers[0] === intervalFullRange ? modifiers.slice(1) : modifiers;
  return typeReference(name, schema, kept, (type?.arrayBounds ?? []).length > 0);
}

export function isSerial(type: TypeName | undefined): boolean {
  const last = type?.names?.at(-1);
  return last !== undefined && "String" in last && (last.String.sval ?? "") in serials;
}

/** INTERVAL_FULL_RANGE of utils/timestamp.h. */
const intervalFullRange = 0x7fff;

/** A type as format_type() writes it: `numeric(10,2)`, `timestamp(3) with time zone`, `public.mood[]`. */
export function typeOfText(text: string): TypeReference {
  const array = text.endsWith("[]");
  const whole = array ? text.slice(0, -2) : text;
  const modifiers = /\(([\d\s,-]+)\)/.exec(whole)?.[1]?.split(",").map(Number) ?? [];
  const bare = whole
    .replace(/\([\d\s,-]+\)/, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const builtIn = named.get(bare);
  if (builtIn !== undefined) return typeReference(builtIn, null, modifiers, array);
  const parts = /^(?:("(?:[^"]|"")+"|[^".]+)\.)?("(?:[^"]|"")+"|[^"]+)$/.exec(bare);
  return typeReference(identName(parts?.[2] ?? bare), parts?.[1] === undefined ? null : identName(parts[1]), modifiers, array);
}

function typeReference(name: string, schema: string | null, modifiers: readonly number[], array: boolean): TypeReference {
  const own = `${schema === null ? "" : `${readableIdent(schema)}.`}${spelled[name] ?? readableIdent(name)}`;
  const [before, ...after] = own.split(" ");
  const list = modifiers.length > 0 ? `(${modifiers.join(",")})` : "";
  // `timestamp(3) with time zone`, but `character varying(20)`.
  const sql = own.endsWith(" time zone") ? [`${before}${list}`, ...after].join(" ") : `${own}${list}`;
  return { name, schema, modifiers, array, sql: `${sql}${array ? "[]" : ""}` };
}
