// A Worker with the built-in router and its table of words, as data beside its script.
import * as core from "@onehead/core";
import * as wasm from "@onehead/core/wasm";
import * as embed from "@onehead/embed";
import * as tables from "@onehead/embed/static-english";
import artifact from "./artifact.onehead";
import { answering } from "./worker-answers.mjs";

export default answering({ ...core, ...wasm, ...embed, ...tables }, artifact);
