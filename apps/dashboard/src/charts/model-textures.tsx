import type { JSX } from "preact";
import { hueCount, slotCount } from "./assign-model-slots.js";

const slots = Array.from({ length: slotCount - hueCount }, (_, i) => hueCount + i);

/** The stripes and dots that fills refer to; once on the page. */
export function ModelTextures(): JSX.Element {
  return (
    <svg class="textures" width="0" height="0" aria-hidden="true">
      <defs>
        {slots.map((slot) => (
          <pattern
            key={slot}
            id={`model-texture-${slot}`}
            class={`model-${slot % hueCount}`}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect class="texture-ground" width="5" height="5" />
            {slot < 2 * hueCount ? (
              <rect width="2.5" height="5" fill="var(--model)" />
            ) : (
              <circle cx="2.5" cy="2.5" r="1.5" fill="var(--model)" />
            )}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
