import type { ChatMessage, LanguageModel } from "../contract/language-model.ts";
import { withDeadline } from "../deadline.ts";
import type { AgentReport } from "../domain/agent.ts";
import type { Candidate } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { AdvisorError } from "../errors.ts";
import type { NameOptions } from "../names/resolve-names.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { relationsOf } from "./evidence.ts";
import { startLedger } from "./ledger.ts";
import { openingMessages, outcomeMessage } from "./prompt.ts";
import { type Proposal, proposalsShape, type Refused, refused } from "./proposal-shape.ts";
import { readIndex } from "./read-index.ts";
import { readRewrite } from "./read-rewrite.ts";
import { readStatistics, type StatisticsWish } from "./read-statistics.ts";

export interface AgentBudget {
  /** Statements asked about, those with most to gain first. */
  readonly statements: number;
  /** Questions about one statement. */
  readonly rounds: number;
  /** Of prompts and answers together. */
  readonly tokens: number;
  readonly timeMs: number;
}

/** What became of a proposal. `cheaper`: the part of the statement's cost, 0–1, that it saves. */
export type Tried = { readonly kind: "proved"; readonly cheaper: number; readonly words: string } | Refused;

export interface AgentInput {
  readonly model: LanguageModel;
  readonly budget: AgentBudget;
  /** Statements worth asking about, those with most to gain first. */
  readonly families: readonly QueryFamily[];
  readonly catalog: CatalogView;
  readonly names: NameOptions;
  readonly parser: SqlParser;
  readonly evidence: (family: QueryFamily) => Promise<Readonly<Record<string, unknown>>>;
  /** Ids of the changes that somebody proposed already. */
  readonly known: ReadonlySet<string>;
  /** Proves all of them, and tells of each what it does for the statement it was proposed for. */
  readonly prove: (candidates: readonly Candidate[]) => Promise<ReadonlyMap<string, Tried>>;
  readonly tryRewrite: (family: QueryFamily, sql: string) => Promise<Tried>;
  readonly tryStatistics: (family: QueryFamily, wish: StatisticsWish) => Promise<Tried>;
  /** Throws ABORTED when the whole run must end. */
  readonly stop: () => void;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Tokens of one answer: four indexes with all their columns. */
const answerTokens = 800;
/** A statement that costs this much less, 0–1, is not asked about again. */
const goodEnough = 0.9;

/** One statement's questions and answers so far. */
interface Talk {
  readonly family: QueryFamily;
  messages: readonly ChatMessage[];
}

/**
 * Asks a model about statements in rounds: evidence, proposals, proof, refusals with their reasons, next proposals. All statements are asked
 * once before one is asked twice. What the model says can only become a candidate; whatever it does, nothing else of the run is lost:
 * a failure ends the asking and is told, and so is the end of the run, which a silent model does not hold up.
 */
export async function askModel(input: AgentInput): Promise<Omit<AgentReport, "kept">> {
  const ledger = startLedger(input.model, input.budget);
  const known = new Set(input.known);
  // A wait for the model ends with the run's own signal, and when the run must end for another reason.
  const ending = new AbortController();
  const watch = setInterval(() => mustEnd(input) && ending.abort(), watchMs);
  try {
    await withDeadline(AbortSignal.any([input.signal, ending.signal]), input.budget.timeMs, async (deadline) => {
      let talks = await openTalks(input);
      for (let round = 1; round <= input.budget.rounds && talks.length > 0 && ledger.hasMore(); round++) {
        const said: Said[] = [];
        for (const [position, talk] of talks.entries()) {
          input.stop();
          if (!ledger.hasMore()) break;
          input.onProgress(position, talks.length);
          const proposals = await ask(talk, { input, ledger, deadline });
          if (proposals.length > 0) said.push({ talk, tried: await read(talk.family, proposals, known, input) });
        }
        ledger.round(round);
        talks = await judgeRound(said, input, ledger);
      }
    });
  } catch (error) {
    if (!(error instanceof AdvisorError) || (error.code !== "MODEL_UNAVAILABLE" && error.code !== "ABORTED")) throw error;
    const why = mustEnd(input) ? "the run was to end" : "its time is up";
    ledger.end(error.code === "ABORTED" ? why : `it did not answer: ${error.message}`);
  } finally {
    clearInterval(watch);
  }
  return ledger.report();
}

/** How soon a wait for the model ends once the run must. */
const watchMs = 200;

function mustEnd({ stop }: AgentInput): boolean {
  try {
    stop();
    return false;
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "ABORTED") return true;
    throw error;
  }
}

async function openTalks(input: AgentInput): Promise<readonly Talk[]> {
  const talks: Talk[] = [];
  for (const family of input.families.slice(0, input.budget.statements))
    talks.push({ family, messages: openingMessages(await input.evidence(family)) });
  return talks;
}

interface Asking {
  readonly input: AgentInput;
  readonly ledger: ReturnType<typeof startLedger>;
  readonly deadline: AbortSignal;
}

async function ask(talk: Talk, { input, ledger, deadline }: Asking): Promise<readonly Proposal[]> {
  const answer = await ledger.timed(() =>
    input.model.complete(talk.messages, {
      schema: proposalsShape,
      maxTokens: Math.min(answerTokens, ledger.tokensLeft()),
      signal: deadline,
    }),
  );
  ledger.answer(answer.usage, answer.kind === "unusable");
  if (answer.kind === "unusable") return [];
  talk.messages = [...talk.messages, { role: "assistant", content: JSON.stringify(answer.value) }];
  return answer.value.proposals;
}

/** A proposal read: a candidate to be proved with all others of the round, or what was found at once. */
type ReadProposal = { readonly kind: "candidate"; readonly candidate: Candidate } | Tried;

interface Said {
  readonly talk: Talk;
  readonly tried: readonly ReadProposal[];
}

async function read(
  family: QueryFamily,
  proposals: readonly Proposal[],
  known: Set<string>,
  input: AgentInput,
): Promise<readonly ReadProposal[]> {
  const found: ReadProposal[] = [];
  for (const proposal of proposals) {
    input.stop();
    found.push(await readOne(family, proposal, known, input));
  }
  return found;
}

async function readOne(family: QueryFamily, proposal: Proposal, known: Set<string>, input: AgentInput): Promise<ReadProposal> {
  const relations = relationsOf(family, input.catalog);
  const isNew = (id: string) => !known.has(id) && known.add(id) !== undefined;
  const knownAlready = refused("known-already", "it was proposed before");
  switch (proposal.kind) {
    case "index": {
      const index = await readIndex(proposal, { ...input, relations });
      if ("kind" in index) return index;
      const change = { kind: "create-index" as const, index };
      const id = changeId(change);
      if (!isNew(id)) return knownAlready;
      const proposedBy = [{ kind: "model" as const, id: input.model.id }];
      return {
        kind: "candidate",
        candidate: { id, change, helps: [family.id], proposedBy, reason: "The model proposed it for this statement." },
      };
    }
    case "rewrite": {
      const rewrite = await readRewrite(proposal.sql, family, input);
      if ("kind" in rewrite) return rewrite;
      return isNew(`${family.id} ${rewrite.sql}`) ? input.tryRewrite(family, rewrite.sql) : knownAlready;
    }
    case "statistics": {
      const wish = await readStatistics(proposal, { ...input, relations });
      if ("kind" in wish) return wish;
      return isNew(JSON.stringify(wish)) ? input.tryStatistics(family, wish) : knownAlready;
    }
    default:
      return proposal satisfies never;
  }
}

/** Proves what was proposed, tells each talk what came of it, and gives those that go on. */
async function judgeRound(said: readonly Said[], input: AgentInput, ledger: Asking["ledger"]): Promise<readonly Talk[]> {
  const candidates = said.flatMap(({ tried }) => tried.flatMap((each) => (each.kind === "candidate" ? [each.candidate] : [])));
  const proofs = candidates.length === 0 ? new Map<string, Tried>() : await input.prove(candidates);
  const open: Talk[] = [];
  for (const { talk, tried } of said) {
    const outcomes = tried.map(
      (each): Tried => (each.kind === "candidate" ? (proofs.get(each.candidate.id) ?? refused("unproved", "it was not tried")) : each),
    );
    for (const outcome of outcomes) ledger.proposal(outcome.kind === "proved" ? null : outcome.because);
    talk.messages = [...talk.messages, outcomeMessage(outcomes.map(wordsOf))];
    if (!outcomes.some((each) => each.kind === "proved" && each.cheaper >= goodEnough)) open.push(talk);
  }
  return open;
}

function wordsOf(outcome: Tried): string {
  return outcome.kind === "proved" ? `proved: ${outcome.words}` : `refused: ${outcome.why}`;
}
