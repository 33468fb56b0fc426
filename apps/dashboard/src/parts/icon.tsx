import type { JSX } from "preact";

const paths = {
  overview: "M4 13h4v7H4zM10 4h4v16h-4zM16 9h4v11h-4z",
  playground: "M5 5h14v10H11l-4 4v-4H5zM9 9h6M9 12h4",
  curve: "M4 4v16h16M7 16c2-7 6-9 12-9",
  decisions: "M5 6h14M5 12h14M5 18h9",
  models: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 2.5 1.5 2 3.5L12.5 9H19c1 0 1.6.8 1.4 1.8l-1.5 7.4c-.2 1-1 1.8-2 1.8H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 2.5-1.5 2-3.5L12.5 15H19c1 0 1.6-.8 1.4-1.8l-1.5-7.4C18.7 4.8 17.9 4 16.9 4H7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  info: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7.5V8",
  refresh: "M20 12a8 8 0 11-2.5-5.8M20 3v4h-4",
  play: "M8 5l11 7-11 7z",
  stop: "M7 7h10v10H7z",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M19 5l-1.5 1.5M6.5 17.5L5 19",
  moon: "M20 14.5A8 8 0 019.5 4 8 8 0 1020 14.5z",
  auto: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 3v18M12 7h5.5M12 11h8M12 15h7.5",
  back: "M15 5l-7 7 7 7",
} as const;

export type IconName = keyof typeof paths;

/** A line drawing beside words that say the same. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
