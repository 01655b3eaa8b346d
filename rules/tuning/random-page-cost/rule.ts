import { aboutServer, evidence, setSystem, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "random_page_cost is that of a spinning disk",
  severity: "note",
  detects: "random_page_cost left at 4 on storage where a random read costs hardly more than the next one",
  effect: "the planner reads whole tables where an index would be faster",
  remedy: "Set random_page_cost near seq_page_cost",
  leaveAlone: "the data lies on spinning disks, or plans are as you want them and nothing is slow",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-RANDOM-PAGE-COST",
      says: "Storage that has a low random read cost relative to sequential, e.g., solid-state drives, might also be better modeled with a lower value for random_page_cost, e.g., 1.1",
    },
  ],
  options: { wanted: { default: 1.1, min: 1, max: 4, unit: "times a sequential page", doc: "Value to propose for solid-state storage" } },

  *advise({ amount, hardware, options }) {
    const current = amount("random_page_cost");
    const { storage } = hardware;
    if (current === null || (storage !== "ssd" && storage !== "nvme" && storage !== "network") || current < 2) return;
    // A volume over the network answers slower, and as slowly for the next page as for any other.
    const wanted = storage === "network" ? Math.max(1.5, options.wanted) : options.wanted;
    yield {
      about: aboutServer,
      message: `random_page_cost is ${current} on ${storage === "network" ? "network storage" : `${storage.toUpperCase()} storage`}`,
      evidence: [
        evidence("random_page_cost", current),
        evidence("seq_page_cost", amount("seq_page_cost") ?? 1),
        evidence("storage", storage),
      ],
      ...setSystem("random_page_cost", String(wanted)),
      takesEffect: "reload",
      trial: {
        kind: "settings",
        settings: { random_page_cost: String(wanted) },
        comparable: false,
        helps: [],
        minGain: 0,
        otherwise: null,
        whileNodes: [],
      },
    };
  },
});
