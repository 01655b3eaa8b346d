import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Destination } from "../config/fleet-schema.ts";
import type { ReportFormat } from "../render/index.ts";
import type { Parcel, Sent } from "./parcel.ts";
import { fillPlace } from "./place.ts";

type FilePlace = Extract<Destination, { to: "file" }>;

/**
 * Writes the report to a file, whole or not at all; makes its folder. Replaces what is there, so a repeat does no harm. A notice goes
 * beside it, `shop.html` → `shop.status.txt`: the last good report stays.
 */
export async function sendFile(place: FilePlace, parcel: Parcel): Promise<Sent> {
  const reportPath = resolve(fillPlace(place.path, parcel.occasion));
  const isReport = parcel.kind === "report";
  const path = isReport ? reportPath : join(dirname(reportPath), `${basename(reportPath, extname(reportPath))}.status.txt`);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const text = parcel.render(isReport ? (place.format ?? formatByEnding(path)) : "terminal");
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
    return { ok: true, where: path };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // never made, or gone with its disk
    const code = (error as NodeJS.ErrnoException).code; // fs rejects with a system error
    if (code === undefined) throw error;
    return { ok: false, why: `${path} cannot be written (${code})`, mayRetry: false, retryAfterMs: null };
  }
}

function formatByEnding(path: string): ReportFormat {
  const ending = extname(path).toLowerCase();
  if (ending === ".md" || ending === ".markdown") return "markdown";
  if (ending === ".html" || ending === ".htm") return "html";
  return ending === ".json" ? "json" : "terminal";
}
