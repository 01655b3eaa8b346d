import {
  btreeGistTypes,
  equalityColumns,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

const containment = new Set(["<<", "<<=", ">>", ">>=", "&&"]);

export default indexRule({
  detects: "An inet or cidr column asked whether it lies in, holds or overlaps a network, and no index that answers it",
  effect: "Every address is compared with the network",
  remedy: "Create a GiST index with inet_ops or an SP-GiST index; a B-tree serves only `<<` and `<<=`",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/gist.html#GIST-BUILTIN-OPCLASSES",
      says: "inet_ops serves && >> >>= << <<= and comparisons, and is not the default class for inet and cidr",
    },
    {
      url: "https://www.postgresql.org/docs/current/spgist.html#SPGIST-BUILTIN-OPCLASSES",
      says: "inet_ops is the default SP-GiST class for inet and cidr",
    },
    {
      url: "https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/network.c",
      says: "network_subset_support turns << and <<= with a known network into a B-tree range",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const scalars = equalityColumns(catalog, scan, btreeGistTypes).slice(0, 1);
    for (const { on, operator, compared } of scan.predicates) {
      const type = typeKind(catalog, scan.relation, on);
      if ((type !== "inet" && type !== "cidr") || !containment.has(operator) || on.immutable === false) continue;
      const because = `${on.sql} is asked with ${operator} over ${rows}`;
      const gist = index(scan.relation, "gist", [key(on, { operatorClass: "inet_ops" })]);
      const spgist = index(scan.relation, "spgist", [key(on)]);
      const btree = index(scan.relation, "btree", [key(on)]);
      if (servedBy(catalog, gist) || servedBy(catalog, spgist)) continue;
      for (const scalar of scalars) {
        const keys = [key(scalar.column ?? scalar), key(on, { operatorClass: "inet_ops" })];
        const together = index(scan.relation, "gist", keys, { extension: "btree_gist" });
        const both = `${because} together with ${scalar.sql}; GiST groups addresses of one value by their common network`;
        if (!servedBy(catalog, together)) yield { kind: "create", index: together, because: both };
      }
      yield { kind: "create", index: gist, because: `${because}; GiST groups addresses by their common network` };
      yield { kind: "create", index: spgist, because: `${because}; SP-GiST divides addresses by their leading bits, without overlap` };
      const known = compared.kind === "constant" || compared.kind === "parameter";
      if (operator.startsWith("<<") && known && !servedBy(catalog, btree))
        yield {
          kind: "create",
          index: btree,
          because: `${because}; with the network known, a B-tree reads the range from its first address to its last`,
        };
    }
  },
});
