import type { JSX } from "preact";
import { Icon } from "../parts/icon.js";
import { toHash, type ViewName, viewNames } from "../routing/route.js";

export const viewTitles: Record<ViewName, string> = {
  overview: "Overview",
  playground: "Playground",
  curve: "Cost-quality curve",
  decisions: "Decisions",
  models: "Models",
};

/** The five views; a column on wide screens, a bar at the foot of a phone. */
export function Navigation({ current }: { current: ViewName }): JSX.Element {
  return (
    <nav aria-label="Views">
      <ul>
        {viewNames.map((view) => (
          <li key={view}>
            <a href={toHash({ view })} aria-current={view === current ? "page" : undefined}>
              <Icon name={view} />
              <span>{view === "curve" ? "Curve" : viewTitles[view]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
