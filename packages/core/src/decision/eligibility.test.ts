import { describe, expect, it } from "vitest";
import type { Candidate } from "../artifact/manifest.js";
import { OneheadError } from "../errors/onehead-error.js";
import { assertRequirements, findExclusion, type Requirements } from "./eligibility.js";

const candidate: Candidate = {
  id: "openai/gpt-4o",
  profile: { kind: "measured", rows: 100 },
  costKind: "tokens",
  prices: { inputUsdPerMillionTokens: 2.5, outputUsdPerMillionTokens: 10 },
  capabilities: {
    contextTokens: 1000,
    maxOutputTokens: 300,
    tools: true,
    vision: true,
    jsonMode: true,
    regions: ["eu", "us"],
  },
  smearing: 1,
};
const { prices: _, ...unpriced } = candidate;
const { capabilities: __, ...bare } = candidate;

const reasonOf = (requirements: Requirements, model: Candidate = candidate, quality = 0.7, costUsd = 0.02) =>
  findExclusion(model, quality, costUsd, requirements)?.reason ?? null;

describe("findExclusion", () => {
  it("lets everything through that asks for nothing", () => {
    expect(reasonOf({})).toBeNull();
    expect(reasonOf({}, bare)).toBeNull();
  });

  it("no-price: a candidate counted in tokens needs one, one counted in USD does not", () => {
    expect(reasonOf({}, unpriced)).toBe("no-price");
    expect(reasonOf({}, { ...unpriced, costKind: "usd" })).toBeNull();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("not-finite: %s", (value) => {
    expect(reasonOf({}, candidate, value)).toBe("not-finite");
    expect(reasonOf({}, candidate, 0.7, value)).toBe("not-finite");
  });

  it("denied: one matching glob suffices", () => {
    expect(reasonOf({ deny: ["anthropic/*", "openai/*"] })).toBe("denied");
    expect(reasonOf({ deny: ["anthropic/*"] })).toBeNull();
    expect(reasonOf({ deny: [] })).toBeNull();
  });

  it("not-allowed: one matching glob is needed, and an empty list allows nobody", () => {
    expect(reasonOf({ allow: ["anthropic/*"] })).toBe("not-allowed");
    expect(reasonOf({ allow: [] })).toBe("not-allowed");
    expect(reasonOf({ allow: ["anthropic/*", "*4o"] })).toBeNull();
  });

  it("context-length: input with a tenth to spare plus output must fit, where the context is known", () => {
    // 727 · 1.1 + 200 = 999.7; 728 · 1.1 + 200 = 1000.8
    expect(reasonOf({ inputTokens: 727, maxOutputTokens: 200 })).toBeNull();
    expect(reasonOf({ inputTokens: 728, maxOutputTokens: 200 })).toBe("context-length");
    expect(reasonOf({ inputTokens: 909 })).toBeNull();
    expect(reasonOf({ inputTokens: 910 })).toBe("context-length");
    expect(reasonOf({ inputTokens: 1e9 }, bare)).toBeNull();
  });

  it("context-length: the output must fit the output limit", () => {
    expect(reasonOf({ maxOutputTokens: 300 })).toBeNull();
    expect(reasonOf({ maxOutputTokens: 301 })).toBe("context-length");
    expect(reasonOf({ maxOutputTokens: 1e9 }, bare)).toBeNull();
  });

  it.each([
    ["tools", "tools"],
    ["vision", "vision"],
    ["jsonMode", "json-mode"],
  ] as const)("%s: what is not recorded or denied counts as missing", (capability, reason) => {
    expect(reasonOf({ [capability]: true })).toBeNull();
    expect(reasonOf({ [capability]: true }, bare)).toBe(reason);
    expect(reasonOf({ [capability]: true }, { ...candidate, capabilities: { [capability]: false } })).toBe(reason);
    expect(reasonOf({ [capability]: false }, bare)).toBeNull();
  });

  it("region: must be among those recorded", () => {
    expect(reasonOf({ region: "eu" })).toBeNull();
    expect(reasonOf({ region: "asia" })).toBe("region");
    expect(reasonOf({ region: "eu" }, bare)).toBe("region");
  });

  it("max-cost and min-quality: the bounds themselves are allowed", () => {
    expect(reasonOf({ maxCostUsd: 0.02, minQuality: 0.7 })).toBeNull();
    expect(reasonOf({ maxCostUsd: 0.019 })).toBe("max-cost");
    expect(reasonOf({ minQuality: 0.71 })).toBe("min-quality");
  });

  it("gives the first reason, in the documented order", () => {
    // every reason at once; each step cures the one that was reported
    let model: Candidate = { ...unpriced, capabilities: { contextTokens: 10 } };
    let quality = Number.NaN;
    const requirements: Requirements = {
      deny: ["*"],
      allow: [],
      inputTokens: 1000,
      tools: true,
      vision: true,
      jsonMode: true,
      region: "eu",
      maxCostUsd: 0.001,
      minQuality: 0.9,
    };
    const seen: Array<string | null> = [];
    const step = (cure: () => void): void => {
      seen.push(reasonOf(requirements, model, quality));
      cure();
    };
    step(() => {
      model = { ...candidate, capabilities: { contextTokens: 10 } };
    });
    step(() => {
      quality = 0.7;
    });
    step(() => {
      requirements.deny = [];
    });
    step(() => {
      requirements.allow = ["*"];
    });
    step(() => {
      requirements.inputTokens = 5;
    });
    step(() => {
      requirements.tools = false;
    });
    step(() => {
      requirements.vision = false;
    });
    step(() => {
      requirements.jsonMode = false;
    });
    step(() => {
      requirements.region = undefined;
    });
    step(() => {
      requirements.maxCostUsd = 1;
    });
    step(() => {
      requirements.minQuality = 0.5;
    });
    step(() => {});
    expect(seen).toEqual([
      "no-price",
      "not-finite",
      "denied",
      "not-allowed",
      "context-length",
      "tools",
      "vision",
      "json-mode",
      "region",
      "max-cost",
      "min-quality",
      null,
    ]);
  });

  it("names the model and the values that were compared", () => {
    expect(findExclusion(candidate, 0.7, 0.02, { maxCostUsd: 0.01 })).toEqual({
      model: "openai/gpt-4o",
      reason: "max-cost",
      detail: "predicted cost 0.0200 USD is above 0.01",
    });
    expect(findExclusion(candidate, 0.7, 0.02, { inputTokens: 1000 })?.detail).toBe(
      "needs about 1100 tokens, its context is 1000",
    );
  });
});

describe("assertRequirements", () => {
  it("accepts what is in range and what is absent", () => {
    expect(() => assertRequirements({})).not.toThrow();
    expect(() =>
      assertRequirements({ inputTokens: 0, maxCostUsd: Number.POSITIVE_INFINITY, allow: [], deny: ["a"] }),
    ).not.toThrow();
  });

  it.each([
    ["inputTokens", -1],
    ["maxOutputTokens", Number.NaN],
    ["maxCostUsd", "1"],
    ["minQuality", null],
    ["allow", "gpt-*"],
    ["deny", [1]],
  ])("names %s when it is %j", (field, value) => {
    const run = (): void => assertRequirements({ [field]: value } as Requirements);
    expect(run).toThrow(OneheadError);
    expect(run).toThrow(`requirements: ${field}:`);
  });
});
