import { type ChildAnswer, type ChildRequest, plainError } from "./schedule/child-messages.ts";

/*
 * The program of a child process of `plansmith schedule`: answers one request and waits to be ended. It reads one database or writes one
 * report to the store; everything else that a run does is its parent's, so it may die at any moment.
 */
const controller = new AbortController();
let answered = false;

// The parent has died: nobody wants the answer any more.
process.once("disconnect", () => process.exit(3));
process.once("SIGTERM", () => {
  if (answered) process.exit(0);
  // Connections and files are closed on the way out; the parent kills a child that takes long over it.
  controller.abort();
});
// Ctrl-C reaches the whole group; whether a run is finished is the parent's to say.
process.on("SIGINT", () => undefined);
process.once("message", (request) => {
  answer(request as ChildRequest) // our own program's
    .then(tell, (error: unknown) => tell({ kind: "failed", error: plainError(error) }))
    .finally(() => {
      answered = true;
      if (controller.signal.aborted) process.exit(0);
    });
});

async function answer(request: ChildRequest): Promise<ChildAnswer> {
  if (request.kind === "keep") {
    const { keepReport } = await import("./wire-fleet.ts");
    return { kind: "kept", kept: await keepReport(request) };
  }
  const { runAudit } = await import("./wire.ts");
  let told = "";
  const onProgress = (stage: string) => {
    if (stage === told) return;
    told = stage;
    tell({ kind: "stage", stage });
  };
  return { kind: "report", report: await runAudit(request.input, { onProgress, signal: controller.signal }) };
}

function tell(message: ChildAnswer): void {
  process.send?.(message);
}
