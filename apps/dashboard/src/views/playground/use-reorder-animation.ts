import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Lets the rows of a table glide to their new places, where motion is not unwelcome. */
export function useReorderAnimation(box: RefObject<HTMLElement | null>, order: string): void {
  const tops = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const next = new Map<string, number>();
    for (const row of box.current?.querySelectorAll<HTMLElement>("tbody tr") ?? []) {
      const key = row.dataset["key"] ?? "";
      const before = tops.current.get(key);
      next.set(key, row.offsetTop);
      if (before === undefined || before === row.offsetTop || still) continue;
      row.animate([{ transform: `translateY(${before - row.offsetTop}px)` }, { transform: "none" }], {
        duration: 180,
        easing: "ease-out",
      });
    }
    tops.current = next;
  }, [order]);
}
