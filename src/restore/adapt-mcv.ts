import type { StatisticsObjectData } from "../domain/catalog.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/**
 * Byte layout of a serialised MCV list without its varlena length; statext_mcv_serialize(), mcv.c: magic, type and
 * item count (4 bytes each), number of dimensions (2), one type OID a dimension (4 each), one DimensionInfo a
 * dimension (nvalues, nbytes, nbytes_aligned, typlen: 4 bytes each; typbyval and padding: 4), then the values.
 */
const dimensionCountAt = 12;
const typesAt = 14;
const dimensionInfoBytes = 20;

interface ShadowType {
  readonly oid: number;
  /** True when values of it hold OIDs of user types inside: arrays and ranges of such types, composites. */
  readonly holdsTypes: boolean;
  readonly labels: Readonly<Record<string, string>> | null;
}

/**
 * The list for this database, hex: type and enum label OIDs of its own, and 8-byte values passed by reference,
 * because the embedded PostgreSQL is a 32-bit build where production is a 64-bit one. Null when a value cannot be
 * carried over, so that the list would mislead.
 */
export async function adaptedMcv(database: EmbeddedDatabase, collected: StatisticsObjectData): Promise<string | null> {
  if (collected.mcvHex === null) return null;
  const bytes = Buffer.from(collected.mcvHex, "hex");
  const eightBytesByValue = await database.scalar("select typbyval from pg_type where oid = 'int8'::regtype");
  const dimensions = bytes.readInt16LE(dimensionCountAt);
  let valuesAt = typesAt + (4 + dimensionInfoBytes) * dimensions;
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const typeAt = typesAt + 4 * dimension;
    const infoAt = typesAt + 4 * dimensions + dimensionInfoBytes * dimension;
    const [count, length, typeLength] = [0, 4, 12].map((offset) => bytes.readInt32LE(infoAt + offset)) as [number, number, number];
    const name = collected.mcvTypeNames[String(bytes.readUInt32LE(typeAt))];
    if (name !== undefined) {
      const type = await shadowType(database, name);
      if (type === null || type.holdsTypes) return null;
      bytes.writeUInt32LE(type.oid, typeAt);
      if (type.labels !== null && !relabel(bytes, valuesAt, count, collected.mcvEnumLabels, type.labels)) return null;
    }
    if (typeLength === 8 && eightBytesByValue !== true) bytes[infoAt + 16] = 0;
    valuesAt += length;
  }
  return bytes.toString("hex");
}

/** An enum value is its label's OID: production's → label → ours. False when a label is not known. */
function relabel(
  bytes: Buffer,
  from: number,
  count: number,
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
): boolean {
  for (let at = from; at < from + 4 * count; at += 4) {
    const label = theirs[String(bytes.readUInt32LE(at))];
    const oid = label === undefined ? undefined : ours[label];
    if (oid === undefined) return false;
    bytes.writeUInt32LE(Number(oid), at);
  }
  return true;
}

async function shadowType(database: EmbeddedDatabase, name: string): Promise<ShadowType | null> {
  const [type] = await database.session.query<ShadowType>(
    `with recursive base(oid) as (
       select to_regtype($1)::oid
       union all
       select t.typbasetype from base b join pg_type t on t.oid = b.oid where t.typtype = 'd'
     )
     select to_regtype($1)::oid::int8::float8 as oid, t.typtype in ('c', 'm') or t.typtype = 'r' and t.oid >= 16384 or t.typcategory = 'A' and t.typelem >= 16384 as "holdsTypes",
       (select json_object_agg(e.enumlabel, e.oid::text) from pg_enum e where e.enumtypid = t.oid) as labels
     from base b join pg_type t on t.oid = b.oid where t.typtype <> 'd'`,
    [name],
  );
  return type ?? null;
}
