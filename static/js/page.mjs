// Wires what every page has.

import { mountTheme } from "./look.mjs";

mountTheme(document.getElementById("theme"));
