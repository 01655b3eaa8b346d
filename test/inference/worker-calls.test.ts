import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { workerCalls } from "../../src/inference/worker-calls.ts";

interface Reply {
  readonly id: number;
  readonly kind: "done";
  readonly text: string;
}

/** Answers with the text in capitals; "end" ends it, "fail" throws. */
const program = `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", ({ id, text }) => {
    if (text === "end") process.exit(0);
    if (text === "fail") throw new Error("out of memory");
    parentPort.postMessage({ id, kind: "done", text: text.toUpperCase() });
  });
`;
const calls = () => workerCalls<Reply>(new Worker(program, { eval: true }));

test("each question gets its own answer", async () => {
  const { ask } = calls();
  const replies = await Promise.all(["a", "b"].map((text) => ask({ text })));
  expect(replies.map((each) => each.kind === "done" && each.text)).toEqual(["A", "B"]);
  await ask({ text: "end" });
});

test.each([
  ["end", "the worker ended"],
  ["fail", "out of memory"],
])("after %s a question is lost, and so is every later one", async (text, message) => {
  const { ask } = calls();
  expect(await ask({ text })).toMatchObject({ kind: "error", message });
  expect(await ask({ text: "a" })).toMatchObject({ kind: "error", message });
});
