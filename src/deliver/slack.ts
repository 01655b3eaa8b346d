import type { ReportItem } from "./changes.ts";
import type { Message } from "./message.ts";

/** Of a section's text: https://api.slack.com/reference/block-kit/blocks#section */
const longestText = 3_000;

/** A message for a Slack-compatible webhook (Slack, Mattermost, Rocket.Chat): `text` for notifications, blocks for people. */
export function slackPayload(message: Message): { readonly text: string; readonly blocks: readonly object[] } {
  const lists = [
    ...listBlock("New", message.appeared, message.moreAppeared),
    ...listBlock("Gone", message.gone, message.moreGone),
    ...(message.caution === null ? [] : [section(`:warning: ${plain(message.caution)}`)]),
  ];
  return {
    text: plain(`Plansmith, ${message.headline}`),
    blocks: [
      // 150 characters is a header's limit.
      { type: "header", text: { type: "plain_text", text: [...message.headline].slice(0, 150).join("") } },
      {
        type: "section",
        fields: message.figures.map(({ name, value }) => ({ type: "mrkdwn", text: `*${plain(name)}*\n${plain(value)}` })),
      },
      ...lists,
    ],
  };
}

function listBlock(title: string, items: readonly ReportItem[], more: number): object[] {
  if (items.length === 0) return [];
  const lines = [...items.map((item) => `• ${plain(item.title)}`), ...(more > 0 ? [`… and ${more} more`] : [])];
  return [section(`*${title}*\n${lines.join("\n")}`)];
}

function section(text: string): object {
  // Verbatim: what looks like a URL or a name in a statement becomes no link and no mention.
  return { type: "section", text: { type: "mrkdwn", verbatim: true, text: [...text].slice(0, longestText).join("") } };
}

/** Nothing in it links, mentions or formats: Slack reads `<…>` and `&`, and the marks * _ ~ ` only in pairs. */
function plain(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[*_~`]/g, (mark) => `${mark}\u200b`);
}
