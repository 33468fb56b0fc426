import { expect, it } from "vitest";
import { assignModelSlots, hueCount, slotCount } from "./assign-model-slots.js";

const names = Array.from({ length: 40 }, (_, i) => `provider-${i % 5}/model-${i}`);

it("gives eight models eight hues, whichever they are", () => {
  for (let start = 0; start + hueCount <= names.length; start++) {
    const slots = [...assignModelSlots(names.slice(start, start + hueCount)).values()];
    expect(new Set(slots).size).toBe(hueCount);
    expect(Math.max(...slots)).toBeLessThan(hueCount);
  }
});

it("gives 24 models slots of their own, and more of them slots nonetheless", () => {
  expect(new Set(assignModelSlots(names.slice(0, slotCount)).values()).size).toBe(slotCount);
  for (const slot of assignModelSlots(names).values()) expect(slot).toBeLessThan(slotCount);
});

it("lets the first group choose, so that models that can be called have plain hues", () => {
  const called = names.slice(20, 26);
  const slots = assignModelSlots(called, names);
  expect(slots.size).toBe(names.length);
  for (const model of called) expect(slots.get(model)).toBe(assignModelSlots(called).get(model));
});

it("does not depend on the order, or on a name that comes twice", () => {
  const twelve = names.slice(0, 12);
  expect(assignModelSlots([...twelve, ...twelve].reverse())).toEqual(assignModelSlots(twelve));
});
