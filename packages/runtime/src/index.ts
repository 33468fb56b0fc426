export type { ExtractedPrompt } from "./prompt/extracted-prompt.js";
