import { startCopying } from "./copy.ts";
import { startPlans } from "./plan-frame.ts";
import { startStatements } from "./statement-rows.ts";
import { openTargets } from "./targets.ts";
import { startTheme } from "./theme.ts";

document.documentElement.classList.add("scripted");
startTheme();
startCopying();
startStatements();
startPlans();
openTargets();
