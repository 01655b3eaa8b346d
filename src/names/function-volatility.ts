/**
 * pg_proc.provolatile of the built-in functions (PostgreSQL 18) that a statement is likely to call, and of those from
 * pg_trgm, hstore, pgcrypto, fuzzystrmatch, PostGIS and pgvector. Where it depends on the argument types, volatility.ts decides.
 */
const immutableFunctions = `abs acos acosd array_append array_cat array_dims array_length array_lower array_ndims array_position array_positions
  array_prepend array_remove array_replace array_upper ascii asin atan atan2 bit_count bit_length box btrim cardinality cbrt ceil
  ceiling center char_length character_length chr circle cos cosh cot crc32 crc32c date_bin decode degrees
  diameter digest div encode erf exp factorial family floor gcd get_bit get_byte hashtext hashint4 hashint8 height hmac host
  hostmask hstore akeys avals exist defined delete slice inet_merge inet_same_family initcap int4range int8range numrange
  tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange isempty
  isfinite json_array_length json_extract_path json_extract_path_text json_typeof jsonb_array_length jsonb_extract_path
  jsonb_extract_path_text jsonb_path_exists jsonb_path_match jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set
  jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lcm left length levenshtein ln log log10 lower
  lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp masklen md5 metaphone dmetaphone soundex
  difference mod netmask network normalize num_nonnulls num_nulls numnode octet_length overlay parse_ident path pi point polygon position power
  quote_ident radians radius range_merge regexp_count regexp_instr regexp_like regexp_match regexp_replace regexp_substr
  regexp_split_to_array repeat replace reverse right round rpad rtrim scale set_bit set_byte setweight sha224 sha256 sha384 sha512
  show_trgm sign similarity word_similarity strict_word_similarity similar_to_escape like_escape sin sinh slope split_part sqrt starts_with
  string_to_array strip strpos substr substring tan tanh text_pattern_lt to_bin to_hex to_oct translate trim trim_array
  trim_scale trunc ts_filter ts_rank ts_rank_cd ts_rewrite tsquery_phrase tsvector_to_array array_to_tsvector unistr upper
  upper_inc upper_inf uuid_extract_timestamp uuid_extract_version width width_bucket st_makepoint st_point st_setsrid st_srid
  st_x st_y st_distance st_dwithin st_intersects st_contains st_within st_covers st_coveredby st_overlaps st_touches st_buffer
  st_centroid st_area st_length st_geomfromtext st_makeenvelope st_transform st_envelope geography geometry l2_distance
  cosine_distance inner_product l2_normalize vector_dims vector_norm binary_quantize subvector jaccard_distance
  hamming_distance earth_distance ll_to_earth earth_box cube nlevel subpath subltree`;

const stableFunctions = `concat concat_ws format to_char to_date to_number now statement_timestamp transaction_timestamp current_setting current_schema
  current_schemas current_database array_to_string array_to_json row_to_json to_json to_jsonb json_build_object jsonb_build_object
  json_build_array jsonb_build_array json_object jsonb_object  unaccent ts_headline has_table_privilege
  make_timestamptz jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_first_tz jsonb_populate_record to_regclass
  pg_get_expr pg_table_size txid_current_snapshot pg_current_snapshot inet_client_addr convert_from convert_to`;

const volatileFunctions = `random random_normal setseed clock_timestamp timeofday nextval currval lastval setval gen_random_uuid gen_random_bytes
  uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 pg_sleep pg_advisory_lock pg_advisory_xact_lock
  pg_try_advisory_lock pg_try_advisory_xact_lock pg_notify set_config txid_current pg_current_xact_id crypt gen_salt dblink`;

export type Volatility = "immutable" | "stable" | "volatile";

const table = new Map<string, Volatility>([
  ...immutableFunctions.split(/\s+/).map((name) => [name, "immutable"] as const),
  ...stableFunctions.split(/\s+/).map((name) => [name, "stable"] as const),
  ...volatileFunctions.split(/\s+/).map((name) => [name, "volatile"] as const),
]);

/** Null for a function that is not in the table. */
export function builtInVolatility(name: string): Volatility | null {
  return table.get(name) ?? null;
}
