// What every page does, whatever else is on it.

import "./pictures.mjs";
import "./theme.mjs";
import "./tips.mjs";
import "./way-back.mjs";
