import type { Change, IndexDefinition, Proposer } from "../domain/candidate.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Backend } from "../domain/proof.ts";
import type { FamilyEffect, Recommendation } from "../domain/recommendation.ts";
import { bytes, change, cost, percent, plural } from "../domain/units.ts";

/** What a recommendation is before it has words. */
export type Undescribed = Omit<Recommendation, "title" | "explanation">;

/** The template's words: a title of one line, and a text of what, why, evidence and price, paragraphs parted by a blank line. */
export function describeRecommendation(recommendation: Undescribed): { readonly title: string; readonly text: string } {
  const { change: wanted } = recommendation.candidate;
  const paragraphs = [why(recommendation), evidence(recommendation), price(recommendation)];
  const title = wanted.kind === "rewrite" ? `${changeTitle(wanted)}${rulesInTitle(recommendation.candidate)}` : changeTitle(wanted);
  return { title, text: paragraphs.filter((each) => each !== "").join("\n\n") };
}

/** ` (date-cast-range)`: a fingerprint alone says nothing to a reader. */
function rulesInTitle({ proposedBy }: Undescribed["candidate"]): string {
  const rules = proposedBy.flatMap((each) => (each.kind === "rule" ? [each.id.replace(/^rewrite\//, "")] : []));
  return rules.length > 0 ? ` (${[...new Set(rules)].join(", ")})` : "";
}

/** `Partial B-tree index on orders (customer_id, created_at DESC)`. */
export function changeTitle(wanted: Change): string {
  switch (wanted.kind) {
    case "create-index":
      return upperFirst(indexWords(wanted.index));
    case "drop-index":
      return `Drop index ${shortName(wanted.index)} on ${shortName(wanted.relation)}`;
    case "rewrite":
      return `Rewrite statement ${wanted.fingerprint}`;
    default:
      return wanted satisfies never;
  }
}

const methodWords: Readonly<Record<IndexDefinition["accessMethod"], string>> = {
  btree: "B-tree",
  hash: "hash",
  gin: "GIN",
  gist: "GiST",
  spgist: "SP-GiST",
  brin: "BRIN",
  hnsw: "HNSW",
  ivfflat: "IVFFlat",
};

function indexWords(index: IndexDefinition): string {
  const keys = index.keys.map((key) => {
    const direction = key.descending ? " DESC" : "";
    const nulls = key.nullsFirst === key.descending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return `${key.column === null ? key.sql : readableIdent(key.column)}${key.operatorClass ? ` ${key.operatorClass}` : ""}${direction}${nulls}`;
  });
  const include = index.include.length > 0 ? ` INCLUDE (${index.include.map(readableIdent).join(", ")})` : "";
  const kind = [index.predicate === null ? "" : "partial", methodWords[index.accessMethod], "index"].filter(Boolean).join(" ");
  return `${kind} on ${shortName(index.relation)} (${keys.join(", ")})${include}`;
}

function why({ candidate }: Undescribed): string {
  const by = candidate.proposedBy.map(proposer).join(", ");
  return [sentence(candidate.reason.replace(/^the /, "The ")), by === "" ? "" : `Proposed by ${by}.`].filter(Boolean).join(" ");
}

function evidence(recommendation: Undescribed): string {
  const { benefit, candidate } = recommendation;
  const basisWords = basisInWords(recommendation);
  const better = benefit.families.filter((family) => family.costAfter < family.costBefore);
  const worse = benefit.families.filter((family) => family.costAfter > family.costBefore);
  if (better.length === 0) {
    if (candidate.change.kind !== "drop-index") return `${basisWords}.`;
    return `${basisWords}: ${worse.length === 0 ? "no statement of the workload gets dearer without it" : `${plural(worse.length, "statement")} of the workload ${worse.length === 1 ? "gets" : "get"} dearer without it`}.`;
  }
  const best = better.reduce((most, family) => (gain(family) > gain(most) ? family : most));
  const hurt = worse.length > 0 ? ` ${plural(worse.length, "statement")} ${worse.length === 1 ? "gets" : "get"} dearer.` : "";
  const headline =
    `${basisWords}, with all recommendations in place: ${plural(better.length, "statement")} ${better.length === 1 ? "gets" : "get"} cheaper.${hurt} ` +
    `Without this one, ${percent(benefit.shareOfWorkload)} of the workload's cost would not be saved.`;
  const which = better.length === 1 ? "The statement goes" : `The one that gains most, ${best.family}, goes`;
  return `${headline} ${which} from cost ${cost(best.costBefore)} to ${cost(best.costAfter)} a call (${change(best.costBefore, best.costAfter)}).`;
}

function price({ price: paid, candidate }: Undescribed): string {
  switch (candidate.change.kind) {
    case "create-index":
      return `It takes about ${bytes(paid.indexBytes)}${paid.sizeUncertain ? " (uncertain)" : ""}. ${lockWords[paid.lock] ?? ""} ${paid.writeCost}`.trim();
    case "drop-index":
      return `It frees ${bytes(Math.abs(paid.indexBytes))}. ${dropWords(paid.lock)} ${paid.writeCost}`.trim();
    case "rewrite":
      return "It changes no schema object: the application sends the other text.";
    default:
      return candidate.change satisfies never;
  }
}

/** https://www.postgresql.org/docs/current/explicit-locking.html and sql-createindex.html, "Building Indexes Concurrently". */
const lockWords: Partial<Record<Recommendation["price"]["lock"], string>> = {
  ShareUpdateExclusiveLock: "Building it CONCURRENTLY lets reads and writes go on and makes VACUUM and DDL on the table wait.",
  ShareLock:
    "Each partition's index is built CONCURRENTLY, so reads and writes go on; the step on the parent blocks writes for the moment it takes, and each ATTACH locks that partition's new index for a moment.",
};

function dropWords(lock: Recommendation["price"]["lock"]): string {
  if (lock === "AccessExclusiveLock")
    return "A partitioned index cannot be dropped CONCURRENTLY: the table and its partitions are locked for the moment it takes.";
  return "Dropping it CONCURRENTLY lets reads and writes go on.";
}

/** `Estimated by the shadow planner and measured by runs on a copy`: each backend under the word for what it gives. */
function basisInWords({ proofs, basis }: Pick<Recommendation, "proofs" | "basis">): string {
  const by = (kind: "measured" | "estimated") => {
    const own = proofs.filter((proof) => (proof.backend === "copy") === (kind === "measured") && proof.outcome.kind !== "inconclusive");
    const backends = [...new Set(own.map((proof) => backendWords[proof.backend]))].sort();
    return backends.length === 0 ? [] : [`${kind} by ${backends.join(" and ")}`];
  };
  const words = [...by("estimated"), ...by("measured")].join(" and ");
  return upperFirst(words === "" ? basis : words);
}

const backendWords: Readonly<Record<Backend, string>> = {
  shadow: "the shadow planner",
  hypopg: "HypoPG",
  live: "the live server's planner",
  copy: "runs on a copy",
};

function proposer(by: Proposer): string {
  switch (by.kind) {
    case "rule":
      return `rule ${by.id}`;
    case "case":
      return `the similar case ${by.id}`;
    case "model":
      return `the model ${by.id}`;
    default:
      return by satisfies never;
  }
}

function gain(family: FamilyEffect): number {
  return family.costBefore - family.costAfter;
}

/** The schema is named where it is not `public`. */
function shortName(relation: RelationName): string {
  return relation.schema === "public" ? readableIdent(relation.name) : readableQualified(relation);
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
