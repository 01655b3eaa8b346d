import "./viewer-platform.ts";
import { Plan } from "pev2";
import { createApp } from "vue";

// Runs in a frame of its own, made by plan-frame.ts: pev2 keeps its state and its place in globals, and styles everything.

const plan = document.getElementById("plan")?.textContent ?? "[]";
const query = document.getElementById("query")?.textContent ?? "";
createApp(Plan, { planSource: plan, planQuery: query }).mount("#viewer");
