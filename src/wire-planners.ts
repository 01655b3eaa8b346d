import type { AuditInput } from "./config/audit-input.ts";
import type { Measurer } from "./contract/measurer.ts";
import type { Planner } from "./contract/planner.ts";
import type { Snapshot } from "./domain/snapshot.ts";
import { AdvisorError } from "./errors.ts";
import type { NativeShadow } from "./native/local-shadow.ts";

/** Waiting for a lock on somebody's server: never long. */
const lockTimeoutMs = 2_000;
/** Major version of the embedded PostgreSQL. */
const embeddedMajor = 18;

type PlannerInput = Pick<AuditInput, "source" | "planner" | "shadowUrl" | "statementTimeoutMs" | "cacheDirectory">;

/**
 * The planner that the user named, or with `auto` the one that plans most like production; its description says which and why. It
 * remembers plans.
 */
export async function openPlannerFor(input: PlannerInput, snapshot: Snapshot, signal: AbortSignal): Promise<Planner> {
  const { rememberingPlanner } = await import("./prove/remembered-plans.ts");
  return rememberingPlanner(await openNamed(input, snapshot, signal));
}

async function openNamed(input: PlannerInput, snapshot: Snapshot, signal: AbortSignal): Promise<Planner> {
  const kind = input.planner ?? "auto";
  if (input.shadowUrl !== undefined) {
    const { openRemoteShadow } = await import("./native/remote-shadow.ts");
    const { shadowUrl } = input;
    return shadow(input, snapshot, signal, await twice(() => openRemoteShadow(shadowUrl, snapshot.server)));
  }
  switch (kind) {
    case "shadow":
      return shadow(input, snapshot, signal, null);
    case "native":
      return shadow(input, snapshot, signal, await ownMajor(snapshot));
    case "hypopg":
      return hypopg(input);
    case "auto":
      return automatic(input, snapshot, signal);
    default:
      return kind satisfies never;
  }
}

/** A native shadow that can open others like it. */
interface RepeatableShadow extends NativeShadow {
  readonly another: () => Promise<NativeShadow>;
}

async function twice(open: () => Promise<NativeShadow>): Promise<RepeatableShadow> {
  return { ...(await open()), another: open };
}

async function shadow(input: PlannerInput, snapshot: Snapshot, signal: AbortSignal, native: RepeatableShadow | null): Promise<Planner> {
  const { openShadowPlanner } = await import("./shadow/shadow-planner.ts");
  const cache = input.cacheDirectory === undefined ? {} : { cacheDirectory: input.cacheDirectory };
  return openShadowPlanner(snapshot, { ...cache, ...native, signal });
}

async function ownMajor(snapshot: Snapshot): Promise<RepeatableShadow> {
  const { installations } = await import("./native/find-postgres.ts");
  const { openLocalShadow } = await import("./native/local-shadow.ts");
  const { major } = snapshot.server;
  const found = installations();
  const own = found.find((each) => each.major === major);
  if (own) return twice(() => openLocalShadow(own, snapshot.server));
  const others = found.map((each) => each.major).join(", ");
  throw new AdvisorError("BACKEND_UNSUPPORTED", `No PostgreSQL ${major} is installed here${others === "" ? "" : `, only ${others}`}.`, {
    hint: `Install its server package, or name its folder with PLANSMITH_PG; or use the embedded planner: --planner shadow`,
  });
}

async function hypopg({ source, statementTimeoutMs }: PlannerInput): Promise<Planner> {
  if (source.kind !== "url")
    throw new AdvisorError("INPUT_INVALID", "--planner hypopg needs a server to ask.", {
      hint: "Give its URL instead of a file, or use --planner shadow.",
    });
  const { connectReadOnly } = await import("./connect/connect.ts");
  const { openHypopgPlanner } = await import("./prove/hypopg-planner.ts");
  const session = await connectReadOnly({ ...(source.url === undefined ? {} : { url: source.url }), statementTimeoutMs, lockTimeoutMs });
  try {
    return await openHypopgPlanner(session);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * A server of production's own major version plans exactly as production: taken where one is installed, and the embedded one
 * otherwise. HypoPG is never chosen: it asks production itself, and prices expressions without statistics.
 */
async function automatic(input: PlannerInput, snapshot: Snapshot, signal: AbortSignal): Promise<Planner> {
  const { major } = snapshot.server;
  if (major === embeddedMajor) return chosen(await shadow(input, snapshot, signal, null), `production runs ${major} too`);
  const native = await nativeIfPossible(snapshot);
  if (typeof native === "string") return chosen(await shadow(input, snapshot, signal, null), native);
  return chosen(await shadow(input, snapshot, signal, native), `it is production's own major version`);
}

function chosen(planner: Planner, because: string): Planner {
  return { ...planner, description: `${planner.description}, chosen by --planner auto because ${because}` };
}

/** The reason in words when there is none. */
async function nativeIfPossible(snapshot: Snapshot): Promise<RepeatableShadow | string> {
  const { major } = snapshot.server;
  const { installations } = await import("./native/find-postgres.ts");
  if (!installations().some((each) => each.major === major)) return `no PostgreSQL ${major} is installed here`;
  const { bundledExtensions } = await import("./embedded/bundled-extensions.ts");
  try {
    const native = await ownMajor(snapshot);
    const lacking = snapshot.catalog.extensions.filter(
      ({ name }) => bundledExtensions().has(name) && !native.database.provideExtension(name),
    );
    if (lacking.length === 0) return native;
    await native.database.close();
    return `the PostgreSQL ${major} installed here lacks ${lacking.map((each) => each.name).join(", ")}`;
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code !== "BACKEND_UNSUPPORTED") throw error;
    return `the PostgreSQL ${major} installed here does not start`;
  }
}

/** The copy of --copy-url, checked not to be production. */
export async function openMeasurerFor(copy: NonNullable<AuditInput["copy"]>, snapshot: Snapshot): Promise<Measurer> {
  const { openCopy } = await import("./copy/open-copy.ts");
  const { connectForWriting } = await import("./connect/connect.ts");
  const connect = () => connectForWriting({ url: copy.url, statementTimeoutMs: copy.timeoutMs, lockTimeoutMs });
  return openCopy(connect, snapshot, copy);
}

/** Removes from a copy what a run that was killed has left on it: gives it in words. */
export async function cleanCopy(url: string): Promise<readonly string[]> {
  const { connectForWriting } = await import("./connect/connect.ts");
  const { openManifest } = await import("./copy/manifest.ts");
  const session = await connectForWriting({ url, statementTimeoutMs: 600_000, lockTimeoutMs: 60_000 });
  try {
    return (await openManifest(session)).leftovers;
  } finally {
    await session.close();
  }
}
