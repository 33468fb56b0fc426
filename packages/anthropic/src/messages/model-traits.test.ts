import { describe, expect, test } from "vitest";
import { modelTraits } from "./model-traits.js";

describe("what a model takes", () => {
  // budget, adaptive, effort, thinks by itself, switched off by, sampling, forced tools
  test.each([
    ["claude-3-haiku-20240307", false, false, false, false, "disabled", true, true],
    ["claude-3-5-sonnet-20241022", false, false, false, false, "disabled", true, true],
    ["claude-3-7-sonnet-20250219", true, false, false, false, "disabled", true, true],
    ["claude-sonnet-4-20250514", true, false, false, false, "disabled", true, true],
    ["claude-opus-4-1-20250805", true, false, false, false, "disabled", true, true],
    ["claude-sonnet-4-5-20250929", true, false, false, false, "disabled", true, true],
    ["claude-haiku-4-5", true, false, false, false, "disabled", true, true],
    ["claude-opus-4-5-20251101", true, false, true, false, "disabled", true, true],
    ["claude-opus-4-6", true, true, true, false, "disabled", true, true],
    ["anthropic.claude-sonnet-4-6-v1", true, true, true, false, "disabled", true, true],
    ["claude-opus-4-7", false, true, true, false, "disabled", false, true],
    ["claude-opus-4-8", false, true, true, false, "disabled", false, true],
    ["claude-sonnet-5", false, true, true, true, "disabled", false, true],
    ["claude-opus-5", false, true, true, true, "disabled", false, true],
    ["claude-fable-5", false, true, true, true, null, false, true],
    ["claude-fable-5-1", false, true, true, true, null, false, false],
    ["claude-mythos-5-2", false, true, true, true, null, false, false],
    ["claude-opus-5-5", false, true, true, true, null, false, false],
    ["anthropic/claude-opus-5.5", false, true, true, true, null, false, false],
    ["claude-sonnet-5-5", false, true, true, true, "between_tools", false, false],
    ["claude-haiku-5-5", false, true, true, true, "disabled", false, true],
    ["claude-opus-6", false, true, true, true, null, false, false],
    ["deepseek-v4", true, true, true, undefined, "disabled", true, true],
    ["my-alias", true, true, true, undefined, "disabled", true, true],
  ])("%s", (model, budget, adaptive, effort, thinks, off, sampling, forcedTools) => {
    expect(modelTraits(model)).toEqual({ budget, adaptive, effort, thinks, off, sampling, forcedTools });
  });
});
