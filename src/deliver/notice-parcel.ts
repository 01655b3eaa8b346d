import { plural } from "../domain/units.ts";
import { html } from "../render/html/markup.ts";
import type { ReportFormat } from "../render/index.ts";
import { excerpt, markdownText } from "../render/safe-text.ts";
import type { Message } from "./message.ts";
import { type Parcel, parcelId } from "./parcel.ts";
import type { Occasion } from "./place.ts";

/** What a place is told of a target's runs, beside reports. */
export type Notice =
  | {
      readonly kind: "failure";
      /** Of the error: CONNECTION_FAILED. */
      readonly code: string;
      /** Secrets hidden already. */
      readonly why: string;
      readonly remedy: string | null;
      readonly attempts: number;
    }
  | { readonly kind: "recovery" /** When the first run was due that failed. */; readonly since: Date };

const wordsLength = 500;

/** A notice for the place whose key is `destination`: short in every format, one line for each fact. */
export function noticeParcel(occasion: Occasion, destination: string, notice: Notice): Parcel {
  const message = noticeMessage(occasion, notice);
  const facts = noticeFacts(occasion, notice, message.headline);
  const render = (format: ReportFormat) => (format === "json" ? `${JSON.stringify(facts, null, 2)}\n` : rendered(format, message));
  return { kind: notice.kind, occasion, message, facts, id: parcelId(occasion, destination, notice.kind), render };
}

function noticeMessage({ target, dueAt }: Occasion, notice: Notice): Message {
  const nothing = { appeared: [], moreAppeared: 0, gone: [], moreGone: 0 };
  const due = { name: "Due", value: dueAt.toISOString() };
  if (notice.kind === "recovery")
    return {
      ...nothing,
      headline: `${target}: its audits work again`,
      figures: [due, { name: "First that failed", value: notice.since.toISOString() }],
      caution: null,
    };
  return {
    ...nothing,
    headline: `${target}: its audit failed`,
    figures: [due, { name: "Given up after", value: plural(notice.attempts, "try", "tries") }],
    caution: excerpt([notice.why, notice.remedy ?? "", "The next notice comes when it works again."].join(" "), wordsLength),
  };
}

function noticeFacts({ target, dueAt }: Occasion, notice: Notice, headline: string): object {
  const start = { payloadVersion: 1, event: notice.kind, target, dueAt: dueAt.toISOString(), headline };
  if (notice.kind === "recovery") return { ...start, failedSince: notice.since.toISOString() };
  const { code, why, remedy, attempts } = notice;
  return {
    ...start,
    code,
    message: excerpt(why, wordsLength),
    hint: remedy === null ? null : excerpt(remedy, wordsLength),
    attempts,
  };
}

function rendered(format: Exclude<ReportFormat, "json">, { headline, figures, caution }: Message): string {
  const lines = [...(caution === null ? [] : [caution]), ...figures.map(({ name, value }) => `${name}: ${value}`)];
  switch (format) {
    case "terminal":
      return `${[`Plansmith, ${headline}`, ...lines].join("\n")}\n`;
    case "markdown":
      return `${[`# Plansmith, ${markdownText(headline)}`, ...lines.map(markdownText)].join("\n\n")}\n`;
    case "html": {
      const title = `Plansmith, ${headline}`;
      const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title></head>
<body><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</body>
</html>
`;
      return page.markup;
    }
    default:
      return format satisfies never;
  }
}
