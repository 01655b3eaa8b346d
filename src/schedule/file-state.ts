import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import type { Deliveries, DeliveryKey, DueTimes, Notices } from "./state.ts";

const fileSchema = z.object({
  version: z.literal(1),
  targets: z.record(
    z.string(),
    z.object({
      lastDue: z.iso.datetime().nullable(),
      lastOutcome: z.string().nullable(),
      failing: z.record(z.string(), z.iso.datetime()).default({}),
      deliveries: z.record(z.string(), z.object({ dueAt: z.iso.datetime(), state: z.enum(["begun", "sent"]) })),
    }),
  ),
});
type StateFile = z.output<typeof fileSchema>;

export interface FileState extends DueTimes, Deliveries, Notices {
  readonly path: string;
}

/**
 * The state of a schedule in one process: a small JSON file, replaced by rename, and the last report delivered to each place, compressed.
 * Throws CONFIG_INVALID for a file that is not ours, which is left as it is.
 */
export async function openFileState(directory: string): Promise<FileState> {
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw new AdvisorError("PERMISSION_DENIED", `The state folder ${directory} cannot be made (${cause.code ?? "unknown error"}).`, {
      hint: 'Name a folder that may be written to as "state" in the fleet file.',
      cause,
    });
  });
  const path = join(directory, "schedule.json");
  const state = await readState(path);
  const targetOf = (name: string) => (state.targets[name] ??= { lastDue: null, lastOutcome: null, failing: {}, deliveries: {} });
  // One write at a time: two renames in the wrong order would bring an older state back.
  let writing: Promise<void> = Promise.resolve();
  const save = () => {
    const write = writing.then(() => replace(path, `${JSON.stringify(state, null, 2)}\n`));
    writing = write.catch(() => undefined); // told by `write`; the next one may succeed
    return write;
  };
  const reportFile = (target: string, destination: string) => join(directory, `last-${target}-${destination}.json.gz`);

  return {
    path,
    lastDue(target) {
      const last = state.targets[target]?.lastDue;
      return last === null || last === undefined ? null : new Date(last);
    },
    async conclude(target, dueAt, outcome) {
      Object.assign(targetOf(target), { lastDue: dueAt.toISOString(), lastOutcome: outcome });
      await save();
    },
    async failingSince(target, destination) {
      const since = state.targets[target]?.failing[destination];
      return since === undefined ? null : new Date(since);
    },
    async recordNotice(target, destination, failingSince) {
      const { failing } = targetOf(target);
      if (failingSince === null) delete failing[destination];
      else failing[destination] = failingSince.toISOString();
      await save();
    },
    async last(target, destination) {
      const packed = await readFile(reportFile(target, destination)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      return packed === null ? null : (JSON.parse(gunzipSync(packed).toString("utf8")) as Report); // written by us
    },
    async claim({ target, destination, dueAt }: DeliveryKey) {
      const { deliveries } = targetOf(target);
      const known = deliveries[destination];
      if (known?.dueAt === dueAt.toISOString()) return known.state === "sent" ? "sent" : "uncertain";
      deliveries[destination] = { dueAt: dueAt.toISOString(), state: "begun" };
      await save();
      return "new";
    },
    async settle({ target, destination, dueAt }: DeliveryKey, delivered) {
      const { deliveries } = targetOf(target);
      if (delivered === null) delete deliveries[destination];
      else {
        await replace(reportFile(target, destination), gzipSync(JSON.stringify(delivered)));
        deliveries[destination] = { dueAt: dueAt.toISOString(), state: "sent" };
      }
      await save();
    },
  };
}

async function readState(path: string): Promise<StateFile> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return { version: 1, targets: {} };
  let raw: unknown = null;
  try {
    raw = JSON.parse(text);
  } catch {
    // Said below: what is no JSON is no state of ours either.
  }
  const parsed = fileSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AdvisorError("CONFIG_INVALID", `${path} is not the state of a schedule, or a newer release wrote it.`, {
    hint: "Nothing was changed. Move it away to begin anew: every target then waits for its next time.",
  });
}

async function replace(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.tmp`, content, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}
