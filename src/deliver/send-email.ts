import type { Destination } from "../config/fleet-schema.ts";
import type { Parcel, Sent } from "./parcel.ts";

type EmailPlace = Extract<Destination, { to: "email" }>;

/** Sends the parcel as text; a report has its HTML attached. A repeat has the same Message-ID, by which mailboxes drop it. */
export async function sendEmail(place: EmailPlace, parcel: Parcel): Promise<Sent> {
  if (!/^smtps?:\/\/[^/\s]/i.test(place.smtp))
    return { ok: false, why: 'the address of "smtp" is no smtp:// or smtps:// URL', mayRetry: false, retryAfterMs: null };
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url: place.smtp,
    connectionTimeout: place.timeout,
    greetingTimeout: place.timeout,
    socketTimeout: place.timeout,
    // What a report holds is ours to say; a message must not read files or fetch URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { occasion, message } = parcel;
  try {
    await transport.sendMail({
      from: place.from,
      to: [...place.recipients],
      subject: `Plansmith, ${message.headline}`,
      messageId: `<${parcel.id}@plansmith>`,
      text: parcel.render("terminal"),
      ...(place.attachHtml && parcel.kind === "report"
        ? { attachments: [{ filename: `plansmith-${occasion.target}.html`, content: parcel.render("html"), contentType: "text/html" }] }
        : {}),
    });
    return { ok: true, where: place.recipients.join(", ") };
  } catch (error) {
    return { ok: false, ...reason(error), retryAfterMs: null };
  } finally {
    transport.close();
  }
}

/** 4yz may pass, 5yz will not: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 */
function reason(error: unknown): { readonly why: string; readonly mayRetry: boolean } {
  const { code, responseCode } = error as { code?: string; responseCode?: number }; // nodemailer's errors
  if (responseCode !== undefined) return { why: `the mail server answered ${responseCode}`, mayRetry: responseCode < 500 };
  if (code === "EAUTH" || code === "EENVELOPE" || code === "EMESSAGE") return { why: `the mail was refused (${code})`, mayRetry: false };
  if (code !== undefined) return { why: `the mail server is not reached (${code})`, mayRetry: true };
  throw error;
}
