/** The page's first script: what takes longest starts before the rest of the program has come. */

import "./ahead.js";
import "./style/index.css";

void import("./main.js");
