import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DataSet, type FidelityCase, on } from "./case.ts";

/**
 * TPC-H at scale 0.1 with the columns' official distributions (dbgen), which nobody here made up; statements are the validation
 * queries. Null where its files are not there.
 */
export function tpch(bench: string): DataSet | null {
  const folder = resolve(bench, "tpch");
  if (!existsSync(join(folder, "data"))) return null;
  const query = (number: string) =>
    readFileSync(join(folder, "queries", `q${number}.sql`), "utf8")
      .trim()
      .replace(/;$/, "");
  const tables = ["region", "nation", "part", "supplier", "customer", "partsupp", "orders", "lineitem"];
  return {
    name: "tpch",
    extensions: ["pg_trgm"],
    settings: {},
    build: () => [readFileSync(join(folder, "schema.sql"), "utf8")],
    load: async (url) => {
      for (const table of tables) {
        const copy = `xzcat "$FILE" | psql -X -q "$URL" -v ON_ERROR_STOP=1 -c "copy ${table} from stdin with (format text, delimiter '|')"`;
        execFileSync("bash", ["-c", `set -o pipefail; ${copy}`], {
          env: { ...process.env, FILE: join(folder, "data", `${table}.tbl.xz`), URL: url },
          stdio: ["ignore", "ignore", "inherit"],
        });
      }
      execFileSync("psql", ["-X", "-q", url, "-v", "ON_ERROR_STOP=1", "-f", join(folder, "keys.sql")], { stdio: "inherit" });
    },
    churn: [],
    cases: casesOver(query),
  };
}

function casesOver(query: (number: string) => string): FidelityCase[] {
  return [
    on("lineitem using btree (l_shipdate)", query("06"), query("14"), query("01")),
    on("lineitem using brin (l_shipdate)", query("06")),
    on("lineitem using btree (l_shipdate) include (l_quantity, l_discount, l_extendedprice)", query("06"), query("03")),
    on("lineitem using btree (l_partkey)", query("17"), query("19"), query("08")),
    on("lineitem using btree (l_partkey, l_suppkey)", query("09")),
    on("lineitem using btree (l_partkey) include (l_quantity, l_extendedprice)", query("17")),
    on("lineitem using btree (l_orderkey) where l_commitdate < l_receiptdate", query("04"), query("12")),
    on("lineitem using btree (l_returnflag, l_linestatus)", query("01"), query("10")),
    on("lineitem using btree (l_shipmode, l_receiptdate)", query("12")),
    on("lineitem using hash (l_partkey)", query("17")),
    on("lineitem using btree (l_comment)", "select l_orderkey from lineitem where l_comment = 'express deposits'"),
    on(
      "lineitem using btree ((l_extendedprice * (1 - l_discount)))",
      "select l_orderkey from lineitem where l_extendedprice * (1 - l_discount) > 95000",
    ),
    on(
      "lineitem using btree (date_trunc('month', l_shipdate::timestamp))",
      "select count(*) from lineitem where date_trunc('month', l_shipdate::timestamp) = '1995-03-01'",
    ),
    on("lineitem using gin (l_comment gin_trgm_ops)", "select l_orderkey from lineitem where l_comment like '%furiously express pinto%'"),
    on("orders using btree (o_custkey)", query("13"), query("03"), query("10"), query("05")),
    on("orders using btree (o_orderdate)", query("04"), query("05"), query("10"), query("08")),
    on("orders using btree (o_orderdate, o_orderpriority)", query("04")),
    on("orders using btree (o_custkey, o_orderdate) include (o_totalprice)", query("03"), query("18")),
    on("orders using brin (o_orderkey, o_orderdate) with (pages_per_range=32)", query("04")),
    on(
      "orders using btree (o_totalprice)",
      "select o_orderkey from orders where o_totalprice > 450000 order by o_totalprice desc limit 100",
    ),
    on("orders using hash (o_clerk)", "select count(*) from orders where o_clerk = 'Clerk#000000042'"),
    on("orders using gin (o_comment gin_trgm_ops)", "select count(*) from orders where o_comment like '%special%requests%'"),
    on("customer using btree (c_mktsegment)", query("03")),
    on("customer using btree (c_nationkey, c_mktsegment)", query("05"), query("07")),
    on("customer using btree (c_acctbal)", "select c_name from customer where c_acctbal > 9990"),
    on("customer using btree (substr(c_phone, 1, 2))", "select count(*) from customer where substr(c_phone, 1, 2) in ('13', '31')"),
    on("customer using gist (c_name gist_trgm_ops)", "select c_custkey from customer where c_name like '%0012345%'"),
    on("part using btree (p_size, p_type)", query("02"), query("16")),
    on("part using btree (p_brand, p_container)", query("17"), query("19")),
    on("part using gin (p_name gin_trgm_ops)", query("09")),
    on(
      "part using gin (to_tsvector('simple', p_name))",
      "select p_partkey from part where to_tsvector('simple', p_name) @@ to_tsquery('simple', 'forest & green')",
    ),
    on("partsupp using btree (ps_suppkey)", query("11"), query("02")),
    on("partsupp using btree (ps_partkey, ps_supplycost)", query("02")),
    on("partsupp using gin (ps_comment gin_trgm_ops)", "select ps_partkey from partsupp where ps_comment like '%silent foxes%'"),
    on("supplier using btree (s_nationkey)", query("11"), query("07"), query("05")),
  ];
}
