import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startGateway } from "./clients/test-gateway.fixture.js";
import { serveSchema } from "./serve-config.js";

const guide = readFileSync(new URL("../../../../docs/guide/gateway.md", import.meta.url), "utf8");

test("the guide's table has every setting of `serve`, in order, with its default", () => {
  const [, table = ""] = /<!-- settings:[\s\S]*?-->([\s\S]*?)<!-- \/settings -->/.exec(guide) ?? [];
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name, value]) => [name, value]);
  const defaults = serveSchema.parse({}) as Record<string, unknown>;
  const expected = Object.keys(serveSchema.shape).map((name) => {
    const value = defaults[name];
    return [name, value === undefined ? "none" : `\`${JSON.stringify(value)}\``];
  });
  expect(rows).toEqual(expected);
});

test("the guide names every setting of a provider", () => {
  const [, row = ""] = /^\| `providers` \|.*?\| (.*) \|$/m.exec(guide) ?? [];
  const { shape } = serveSchema.shape.providers.unwrap().valueType;
  expect([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort()).toEqual(Object.keys(shape).sort());
});

test("`allow` and `deny` bound what is chosen", async () => {
  const gateway = await startGateway({}, { allow: ["gpt-*", "claude-*"], deny: ["gpt-6*"] });
  try {
    const response = await fetch(`${gateway.url}/v1/route`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }] }),
    });
    const { decision } = (await response.json()) as { decision: { ranking: Array<{ model: string }> } };
    const ids = decision.ranking.map(({ model }) => model);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !/^(gpt-4|gpt-oss|claude)-?/.test(id))).toEqual([]);
  } finally {
    await gateway.close();
  }
});

test("a name in `models` that the router knows nothing of is told of", async () => {
  const gateway = await startGateway({}, { models: ["gpt-6-luna", "my-llama"] });
  try {
    expect(gateway.engine.about.notices).toContainEqual(
      expect.stringMatching(/^Named in `models` and never.*: my-llama\./),
    );
  } finally {
    await gateway.close();
  }
});
