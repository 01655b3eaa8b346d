import type { Report } from "../domain/report.ts";

/**
 * Which series of reports a report belongs to: the server's system identifier and the database's name, `7300…/shop`; a standby, which has its
 * primary's identifier and counters of its own, `7300…/shop (standby)`. Null where the server does not tell its identifier (managed services may
 * forbid it) or there is none: the caller then needs a name from the user.
 */
export function targetOf({ server }: Pick<Report, "server">): string | null {
  if (server === null || server.systemIdentifier === null) return null;
  return `${server.systemIdentifier}/${server.database}${server.standby ? " (standby)" : ""}`;
}
