import "./viewer-platform.ts";
import { Plan } from "pev2";
import { createApp } from "vue";

// Runs in a frame of its own, made by plan-frame.ts: pev2 keeps its state and its place in globals, and styles everything.

const plan = document.getElementById("plan")?.textContent ?? "[]";
const query = document.getElementById("query")?.textContent ?? "";
// Browsers lay a sandboxed frame out only once it is seen; before that every size is zero, and pev2 divides by it.
requestAnimationFrame(() => createApp(Plan, { planSource: plan, planQuery: query }).mount("#viewer"));
