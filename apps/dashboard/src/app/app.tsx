import type { ModelsReport, StatusReport } from "@onehead/serve";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useResource } from "../api/use-resource.js";
import { assignModelSlots, preferredSlot } from "../charts/assign-model-slots.js";
import { ModelTextures } from "../charts/model-textures.js";
import { ErrorBoundary } from "../parts/error-boundary.js";
import { KeyForm } from "../parts/key-form.js";
import { ViewHeading } from "../parts/view-heading.js";
import type { Route } from "../routing/route.js";
import { useRoute } from "../routing/use-route.js";
import { CurveView } from "../views/curve/curve-view.js";
import { DecisionView } from "../views/decisions/decision-view.js";
import { DecisionsView } from "../views/decisions/decisions-view.js";
import { ModelsView } from "../views/models/models-view.js";
import { OverviewView } from "../views/overview/overview-view.js";
import { PlaygroundView } from "../views/playground/playground-view.js";
import { GatewayContext } from "./gateway-context.js";
import { GatewaySummary } from "./gateway-summary.js";
import { Navigation, viewTitles } from "./navigation.js";
import { ThemeSwitch } from "./theme-switch.js";

/** The page: its frame, and the view that the address names. */
export function App(): JSX.Element {
  const route = useRoute();
  const status = useResource<StatusReport>("api/status");
  const models = useResource<ModelsReport>("api/models");
  const main = useRef<HTMLElement>(null);
  useFocusOnChange(`${route.view}/${route.id ?? ""}`, main);
  useEffect(() => {
    document.title = `${route.id === null ? viewTitles[route.view] : "Decision"} · Onehead`;
  }, [route.view, route.id]);

  const gateway = useMemo(() => {
    const known = models.data?.models ?? [];
    const slots = assignModelSlots(
      known.filter(({ candidate, reachable }) => candidate && reachable).map(({ id }) => id),
      known.filter(({ kind }) => kind === "chat").map(({ id }) => id),
    );
    const slotOf = (model: string): number => slots.get(model) ?? preferredSlot(model);
    const reload = (): void => {
      status.reload();
      models.reload();
    };
    return { status: status.data, models: known.map(({ id }) => id), slotOf, reload };
  }, [status.data, status.reload, models.data, models.reload]);

  return (
    <GatewayContext.Provider value={gateway}>
      <div class="frame">
        <header class="side">
          {/* a link to "#main" would be taken for a route */}
          <button type="button" class="skip" onClick={() => main.current?.focus()}>
            Skip to the content
          </button>
          <div class="brand">
            <Logo />
            <span>Onehead</span>
            <ThemeSwitch />
          </div>
          <Navigation current={route.view} />
        </header>
        <main id="main" ref={main} tabIndex={-1}>
          {status.error?.status === 401 ? (
            <>
              <ViewHeading title={viewTitles[route.view]} />
              <KeyForm />
            </>
          ) : (
            <ErrorBoundary key={`${route.view}/${route.id ?? ""}`}>
              <View route={route} />
            </ErrorBoundary>
          )}
        </main>
        <GatewaySummary status={status.data} />
      </div>
      <ModelTextures />
    </GatewayContext.Provider>
  );
}

function View({ route }: { route: Route }): JSX.Element {
  switch (route.view) {
    case "overview":
      return <OverviewView query={route.query} />;
    case "playground":
      return <PlaygroundView />;
    case "curve":
      return <CurveView query={route.query} />;
    case "decisions":
      return route.id === null ? <DecisionsView query={route.query} /> : <DecisionView id={route.id} />;
    case "models":
      return <ModelsView query={route.query} />;
  }
}

/** Puts the focus on the heading of a new view, as a new page would; not at the first load. */
function useFocusOnChange(place: string, main: { current: HTMLElement | null }): void {
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    main.current?.querySelector("h1")?.focus();
    scrollTo(0, 0);
  }, [place, main]);
}

function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 16h6M13 16c5 0 4-8 10-8" />
      <path class="faint" d="M13 16c5 0 4 8 10 8" />
      <circle cx="24.5" cy="8" r="2.6" />
    </svg>
  );
}
