import { render } from "preact";
import { App } from "./app/app.js";
import { applyTheme, storedTheme } from "./app/theme.js";
import "./styles/tokens.css";
import "./styles/models.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/controls.css";
import "./styles/tables.css";
import "./styles/charts.css";
import "./styles/views.css";

applyTheme(storedTheme());
render(<App />, document.getElementById("app")!);
