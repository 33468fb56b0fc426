// A Worker with the router for edges, which needs no table.
import * as core from "@onehead/core";
import * as wasm from "@onehead/core/wasm";
import * as embed from "@onehead/embed";
import artifact from "./artifact.onehead";
import { answering } from "./worker-answers.mjs";

export default answering({ ...core, ...wasm, ...embed }, artifact);
