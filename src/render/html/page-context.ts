import type { FamilySummary, Report } from "../../domain/report.ts";
import { madeNames } from "./index-names.ts";
import { html, type Markup } from "./markup.ts";

/** What the sections of one page need to know of each other. */
export interface PageContext {
  readonly report: Report;
  /** Earlier reports of the same database. */
  readonly earlier: readonly Report[];
  readonly families: ReadonlyMap<string, FamilySummary>;
  /** Position from 1 of each recommendation, by id. */
  readonly positions: ReadonlyMap<string, number>;
  /** Family id → positions of the recommendations that help it. */
  readonly helpedBy: ReadonlyMap<string, readonly number[]>;
  /** Candidate id → name of the index that its recommendation makes. */
  readonly indexNames: ReadonlyMap<string, string>;
  readonly detail: Detail;
  /** Statements that the list has a row for: those with the largest share. */
  readonly listed: readonly FamilySummary[];
  readonly listedIds: ReadonlySet<string>;
  /** Keys (`planKey`) of the plans that the page has room for. */
  readonly plans: ReadonlySet<string>;
}

/** How much of the long lists is printed; null is all. */
export interface Detail {
  /** Characters of a statement. */
  readonly sqlCharacters: number;
  readonly statements: number | null;
  /** Statements under one recommendation. */
  readonly effects: number | null;
}

/** What a page may hold, beside the report. */
export type PageRoom = Pick<PageContext, "earlier" | "detail" | "plans">;

export function pageContext(report: Report, room: PageRoom): PageContext {
  const helpedBy = new Map<string, number[]>();
  for (const [position, { benefit }] of report.recommendations.entries())
    for (const { family, costBefore, costAfter } of benefit.families)
      if (costAfter < costBefore) helpedBy.set(family, [...(helpedBy.get(family) ?? []), position + 1]);
  const listed = report.families
    .toSorted((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))
    .slice(0, room.detail.statements ?? report.families.length);
  return {
    ...room,
    listed,
    listedIds: new Set(listed.map(({ id }) => id)),
    report,
    families: new Map(report.families.map((family) => [family.id, family])),
    positions: new Map(report.recommendations.map(({ id }, position) => [id, position + 1])),
    helpedBy,
    indexNames: madeNames(report.recommendations),
  };
}

/** A name for one recommendation's plans of one statement. */
export function planKey(recommendation: string, family: string): string {
  return `${recommendation}/${family}`;
}

/** Text in which ids of recommendations and statements of this report lead to them. */
export function withLinks(text: string, context: PageContext): Markup {
  const parts = text.split(/(\b[0-9a-f]{12}(?:[0-9a-f]{4}(?:-\d+)?)?\b)/);
  return html`${parts.map((part) => {
    const position = context.positions.get(part);
    if (position !== undefined) return html`<a href="#r-${part}">no. ${position}</a>`;
    return context.listedIds.has(part) ? html`<a href="#s-${part}"><code>${part}</code></a>` : part;
  })}`;
}

/** Links to recommendations by their position. */
export function recommendationLinks(positions: readonly number[], context: PageContext): Markup {
  return html`${positions.map((position, index) => {
    const id = context.report.recommendations[position - 1]?.id ?? "";
    return html`${index === 0 ? "" : ", "}<a class="number" href="#r-${id}">no. ${position}</a>`;
  })}`;
}

/** The statement's name, leading to its row where it has one. */
export function statementLink(id: string, text: string, context: PageContext): Markup {
  return context.listedIds.has(id) ? html`<a href="#s-${id}"><code>${text}</code></a>` : html`<code>${text}</code>`;
}
