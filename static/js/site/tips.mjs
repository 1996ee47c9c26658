// Every page explains what is on it; what stands in its formulas a page tells by itself (`explainWith`).

import { mountTooltips } from "../figure/tooltips.mjs";

mountTooltips();
