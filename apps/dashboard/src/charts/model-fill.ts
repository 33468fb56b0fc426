import { hueCount } from "./assign-model-slots.js";

/** Attributes that fill a shape with a model's hue and texture; the class sets `--model`. */
export function modelFill(slot: number): { class: string; fill: string } {
  return {
    class: `model-${slot % hueCount}`,
    fill: slot < hueCount ? "var(--model)" : `url(#model-texture-${slot})`,
  };
}
