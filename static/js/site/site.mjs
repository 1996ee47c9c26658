// What every page does, whatever else is on it.

import "./theme.mjs";
import "./way-back.mjs";
