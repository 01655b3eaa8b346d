import type { FuncCall, Node, WindowDef } from "@pgsql/types";
import { walk } from "../syntax/tree.ts";

/** Built-in aggregates, PostgreSQL 18 (manual, 9.21), and PostGIS' most used. A user's own are told by their syntax only. */
const aggregates = new Set(
  `any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or count every json_agg json_agg_strict json_arrayagg json_object_agg
  json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_objectagg jsonb_agg jsonb_agg_strict
  jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict max min range_agg
  range_intersect_agg string_agg sum xmlagg corr covar_pop covar_samp regr_avgx regr_avgy regr_count regr_intercept regr_r2
  regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp var_pop var_samp variance mode percentile_cont
  percentile_disc st_collect st_extent st_union st_makeline st_asmvt`.split(/\s+/),
);

/** Built-in set-returning functions that turn up in a SELECT list. */
const setReturning = new Set(
  `unnest generate_series generate_subscripts json_array_elements json_array_elements_text json_each json_each_text
  json_object_keys json_populate_recordset json_to_recordset jsonb_array_elements jsonb_array_elements_text jsonb_each
  jsonb_each_text jsonb_object_keys jsonb_path_query jsonb_populate_recordset jsonb_to_recordset regexp_matches
  regexp_split_to_table string_to_table each skeys svals`.split(/\s+/),
);

export function functionName(call: FuncCall): string {
  const last = call.funcname?.at(-1);
  return last && "String" in last ? (last.String.sval ?? "") : "";
}

/** An aggregate call, not one used as a window function. */
export function isAggregate(node: Node): boolean {
  if ("JsonObjectAgg" in node || "JsonArrayAgg" in node || "GroupingFunc" in node) return true;
  if (!("FuncCall" in node) || node.FuncCall.over) return false;
  const call = node.FuncCall;
  if (call.agg_star || call.agg_within_group || call.agg_distinct || call.agg_filter || call.agg_order) return true;
  return aggregates.has(functionName(call));
}

/** Aggregates of this query level in an expression. */
export function aggregatesIn(node: Node): Node[] {
  const found: Node[] = [];
  walk(node, (each) => {
    if (isAggregate(each)) found.push(each);
    return "SubLink" in each ? "skip" : undefined;
  });
  return found;
}

export function returnsSet(node: Node): boolean {
  let found = false;
  walk(node, (each) => {
    if ("FuncCall" in each && setReturning.has(functionName(each.FuncCall))) found = true;
    return found || "SubLink" in each ? "skip" : undefined;
  });
  return found;
}

/** OVER clauses of this query level in an expression. */
export function windowsIn(node: Node): WindowDef[] {
  const found: WindowDef[] = [];
  walk(node, (each) => {
    if ("FuncCall" in each && each.FuncCall.over) found.push(each.FuncCall.over);
    return "SubLink" in each ? "skip" : undefined;
  });
  return found;
}
