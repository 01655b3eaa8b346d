import type { RawStatisticsRow, StatisticsObject, StatisticsObjectData } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

interface ObjectRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly relation: RelationName;
  readonly definition: string;
}

interface DataRow {
  readonly object: string;
  readonly inherited: boolean;
  readonly ndistinct: string | null;
  readonly dependencies: string | null;
  readonly mcv: string | null;
  readonly expressions: ExpressionRow[] | null;
}

interface ExpressionRow {
  readonly null_fraction: number;
  readonly width: number;
  readonly distinct_values: number;
  readonly slots: RawStatisticsRow["slots"];
}

/** CREATE STATISTICS objects and, where the role may read them, what ANALYZE put into them. */
export async function readStatisticsObjects(
  reading: Reading,
  schemas: string,
  server: { readonly versionNumber: number; readonly role: string },
): Promise<StatisticsObject[]> {
  const objects = await reading.query<ObjectRow>(objectsSql, [schemas]);
  if (objects.length === 0) return [];
  const data = await reading.attempt<DataRow>(
    {
      area: "extended-statistics",
      what: `contents of ${objects.length} statistics ${objects.length === 1 ? "object" : "objects"}: correlated columns are planned as independent`,
      remedy: `GRANT SELECT ON pg_statistic_ext_data TO ${server.role};`,
    },
    dataSql(server.versionNumber),
    [schemas],
  );
  const typeNames = await readTypeNames(reading, data ?? []);
  const enumLabels = await readEnumLabels(reading, [...typeNames.keys()]);
  return objects.map(({ oid, ...object }) => ({
    ...object,
    collected: (data ?? []).filter((row) => row.object === oid).map((row) => collectedData(row, typeNames, enumLabels)),
  }));
}

const objectsSql = `
  select /* plansmith */ s.oid::text as oid, n.nspname::text as schema, s.stxname::text as name,
    json_build_object('schema', cn.nspname, 'name', c.relname) as relation, pg_get_statisticsobjdef(s.oid) as definition
  from pg_statistic_ext s
    join pg_namespace n on n.oid = s.stxnamespace
    join pg_class c on c.oid = s.stxrelid join pg_namespace cn on cn.oid = c.relnamespace
  where c.relnamespace = any($1::text::oid[])
  order by s.oid`;

/**
 * Expressions came with PostgreSQL 14, `stxdinherit` with 15 (release notes of each). Operators and collations below
 * OID 16384 keep their OID; others are named, because their OIDs mean nothing in another database. Collations imported
 * from the operating system at initdb are numbered per installation, so from OID 10000 on they are named too.
 */
function dataSql(versionNumber: number): string {
  const inherited = forVersion(versionNumber, { 0: "false", 150000: "d.stxdinherit" });
  const expressions = forVersion(versionNumber, { 0: "null::json", 140000: `(${expressionsSql})` });
  return `
    select /* plansmith */ d.stxoid::text as object, ${inherited} as inherited,
      encode(d.stxdndistinct::bytea, 'hex') as ndistinct, encode(d.stxddependencies::bytea, 'hex') as dependencies,
      encode(d.stxdmcv::bytea, 'hex') as mcv, ${expressions} as expressions
    from pg_statistic_ext_data d
      join pg_statistic_ext s on s.oid = d.stxoid
      join pg_class c on c.oid = s.stxrelid
    where c.relnamespace = any($1::text::oid[])
    order by d.stxoid, 2`;
}

const slotSql = (n: number) => `json_build_object('kind', e.stakind${n},
        'operator', case when e.staop${n} < 16384 then e.staop${n}::text else e.staop${n}::regoperator::text end,
        'collation', case when e.stacoll${n} < 10000 then e.stacoll${n}::text else (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
          from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace where co.oid = e.stacoll${n}) end,
        'numbers', e.stanumbers${n}::text, 'values', e.stavalues${n}::text)`;

const expressionsSql = `select json_agg(json_build_object(
        'null_fraction', e.stanullfrac, 'width', e.stawidth, 'distinct_values', e.stadistinct,
        'slots', json_build_array(${[1, 2, 3, 4, 5].map(slotSql).join(", ")})))
      from unnest(d.stxdexpr) e`;

function collectedData(
  row: DataRow,
  typeNames: ReadonlyMap<number, string>,
  enumLabels: ReadonlyMap<number, Readonly<Record<string, string>>>,
): StatisticsObjectData {
  const named = mcvTypes(row.mcv).flatMap((oid) => {
    const name = typeNames.get(oid);
    return name === undefined ? [] : [[String(oid), name] as const];
  });
  return {
    inherited: row.inherited,
    ndistinctHex: row.ndistinct,
    dependenciesHex: row.dependencies,
    mcvHex: row.mcv,
    mcvTypeNames: Object.fromEntries(named),
    mcvEnumLabels: Object.assign({}, ...mcvTypes(row.mcv).map((oid) => enumLabels.get(oid) ?? {})),
    expressions: (row.expressions ?? []).map((each) => ({
      nullFraction: each.null_fraction,
      widthBytes: each.width,
      distinct: each.distinct_values,
      slots: each.slots.filter((slot) => slot.kind !== 0),
    })),
  };
}

/** OIDs of user types are a database's own; in another one the type must be found by name. */
async function readTypeNames(reading: Reading, data: readonly DataRow[]): Promise<Map<number, string>> {
  const oids = [...new Set(data.flatMap((row) => mcvTypes(row.mcv)))].filter((oid) => oid >= 16384);
  if (oids.length === 0) return new Map();
  const rows = await reading.query<{ oid: string; name: string }>(
    "select /* plansmith */ t.oid::text as oid, format_type(t.oid, null) as name from pg_type t where t.oid = any($1::text::oid[])",
    [`{${oids.join(",")}}`],
  );
  return new Map(rows.map((row) => [Number(row.oid), row.name]));
}

/** `{type OID → label OID → label}` of the enums among these types: an enum value is stored as its label's OID. */
async function readEnumLabels(reading: Reading, types: readonly number[]): Promise<Map<number, Readonly<Record<string, string>>>> {
  if (types.length === 0) return new Map();
  const rows = await reading.query<{ type: string; labels: Record<string, string> }>(
    `select /* plansmith */ e.enumtypid::text as type, json_object_agg(e.oid::text, e.enumlabel order by e.enumsortorder) as labels
     from pg_enum e where e.enumtypid = any($1::text::oid[]) group by e.enumtypid`,
    [`{${types.join(",")}}`],
  );
  return new Map(rows.map((row) => [Number(row.type), row.labels]));
}

/**
 * Type OIDs in a serialised MCV list: after a 4-byte varlena length come magic, type and item count (uint32 each), the
 * number of dimensions (int16), then one OID a dimension. src/backend/statistics/mcv.c, statext_mcv_serialize();
 * `::bytea` gives the bytes without the varlena length. Every platform PostgreSQL still builds for in numbers is
 * little-endian; a big-endian list fails the magic and yields nothing.
 */
export function mcvTypes(hex: string | null): number[] {
  if (hex === null) return [];
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length < 14 || bytes.readUInt32LE(0) !== 0xe1a651c2) return [];
  const dimensions = bytes.readInt16LE(12);
  return Array.from({ length: dimensions }, (_, n) => bytes.readUInt32LE(14 + 4 * n));
}
