import type { Node } from "@pgsql/types";
import { type Asked, fatal, type Outcome } from "./fixture.ts";
import { type JoinCase, joinCases } from "./watch-joins.ts";
import { type Truth, type WatchedStatement, watchedWords, watchPredicates } from "./watch-predicates.ts";

/** What the databases have shown of a statement's conditions and joins. */
export interface CoverageSummary {
  /** Cases: a predicate true, false or unknown; a join matched, or one of its sides without a match. */
  readonly cases: number;
  readonly seen: number;
  /** `note = 'gift' is never unknown`. Some cannot be: a foreign key leaves no row without a match. */
  readonly unseen: readonly string[];
}

/** Watches statements over the databases they are run on. */
export interface Coverage {
  /** To ask on the next database; fewer as cases are seen. */
  questions(): readonly Asked[];
  /** Takes the answers to `questions()`, in that order; true when something was seen for the first time. */
  learn(answers: readonly Outcome[]): boolean;
  /** A predicate has never been true: what stands behind it was never run. */
  neverTrue(): readonly string[];
  complete(): boolean;
  summary(): CoverageSummary;
}

interface Watched {
  readonly statement: WatchedStatement;
  readonly seen: Set<string>;
  refused: boolean;
}
interface Asking {
  readonly join: JoinCase;
  seen: boolean;
}

const letters: Readonly<Record<Truth, string>> = { true: "t", false: "f", unknown: "u" };

/** Both statements of a pair; conditions they share count once for each. */
export function watchCoverage(trees: readonly Node[], notNull: ReadonlySet<string>): Coverage {
  const watched = trees.flatMap((tree): Watched[] => {
    const statement = watchPredicates(tree, notNull);
    return statement === null ? [] : [{ statement, seen: new Set(), refused: false }];
  });
  const texts = new Set<string>();
  let joins = trees.flatMap((tree) =>
    joinCases(tree).flatMap((join): Asking[] => {
      const isNew = !texts.has(join.sql);
      texts.add(join.sql);
      return isNew ? [{ join, seen: false }] : [];
    }),
  );
  const missing = ({ statement, seen }: Watched) =>
    statement.predicates.flatMap(({ text, wanted }, place) =>
      wanted.filter((truth) => !seen.has(`${place}${letters[truth]}`)).map((truth) => ({ text, truth })),
    );
  const open = () => ({
    statements: watched.filter((each) => !each.refused && missing(each).length > 0),
    joins: joins.filter((each) => !each.seen),
  });
  let asked = open();
  return {
    questions() {
      asked = open();
      return [
        ...asked.statements.map(({ statement }) => ({ sql: statement.sql, afterwards: watchedWords })),
        ...asked.joins.map(({ join }) => ({ sql: join.sql })),
      ];
    },
    learn(answers) {
      let isNew = false;
      for (const [at, each] of asked.statements.entries()) {
        const answer = answers[at];
        if (answer === undefined) continue;
        if (fatal(answer)) each.refused = true;
        for (const word of firstValue(answer)?.split(" ") ?? []) {
          if (word === "" || each.seen.has(word)) continue;
          each.seen.add(word);
          isNew = true;
        }
      }
      const refused = new Set<Asking>();
      for (const [at, each] of asked.joins.entries()) {
        const answer = answers[asked.statements.length + at];
        if (answer === undefined) continue;
        if (fatal(answer)) refused.add(each);
        else if (firstValue(answer) === "t") each.seen = isNew = true;
      }
      joins = joins.filter((each) => !refused.has(each));
      return isNew;
    },
    neverTrue: () => [
      ...new Set(
        watched
          .filter((each) => !each.refused)
          .flatMap(missing)
          .filter(({ truth }) => truth === "true")
          .map(({ text }) => text),
      ),
    ],
    complete: () => open().statements.length === 0 && open().joins.length === 0,
    summary() {
      const measured = watched.filter((each) => !each.refused);
      const wanted = measured.reduce((sum, { statement }) => sum + statement.predicates.flatMap((each) => each.wanted).length, 0);
      const lacking = measured.flatMap(missing);
      const unseen = [
        ...lacking.map(({ text, truth }) => `${text} is never ${truth}`),
        ...joins.filter((each) => !each.seen).map(({ join }) => `there is never ${join.text}`),
      ];
      const cases = wanted + joins.length;
      return { cases, seen: cases - unseen.length, unseen: [...new Set(unseen)].sort() };
    },
  };
}

function firstValue([result]: Outcome): string | null {
  return result?.kind === "rows" ? (result.rows[0]?.[0] ?? null) : null;
}
