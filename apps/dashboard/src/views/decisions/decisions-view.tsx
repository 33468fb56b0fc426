import type { DecisionsPage } from "@onehead/serve";
import type { JSX } from "preact";
import { useResource } from "../../api/use-resource.js";
import { Icon } from "../../parts/icon.js";
import { Loaded } from "../../parts/loaded.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { toHash } from "../../routing/route.js";
import { filtersOf } from "./decision-filter-names.js";
import { DecisionFilters } from "./decision-filters.js";
import { DecisionsTable } from "./decisions-table.js";

const pageSize = 50;

/** The calls, newest first. Filters and page are in the address, so that "back" goes back. */
export function DecisionsView({ query }: { query: Record<string, string> }): JSX.Element {
  const filters = filtersOf(query);
  const after = query["after"];
  const search = new URLSearchParams({ limit: String(pageSize), ...filters, ...(after ? { after } : {}) });
  const page = useResource<DecisionsPage>(`api/decisions?${search}`);
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <ViewHeading title="Decisions">
        <button type="button" class="button icon-only" aria-label="Refresh" title="Refresh" onClick={page.reload}>
          <Icon name="refresh" />
        </button>
      </ViewHeading>
      <DecisionFilters filters={filters} />
      <Loaded resource={page}>
        {({ decisions, next }) => (
          <section class="card decisions">
            {decisions.length > 0 ? (
              <DecisionsTable decisions={decisions} />
            ) : (
              <p class="empty-line">{filtered ? "No decision fits these filters." : "No decisions yet."}</p>
            )}
            <nav class="paging" aria-label="Pages">
              {after && <a href={toHash({ view: "decisions", query: filters })}>Newest</a>}
              <span class="about" role="status">
                {decisions.length} shown
              </span>
              {next !== null && <a href={toHash({ view: "decisions", query: { ...filters, after: next } })}>Older</a>}
            </nav>
          </section>
        )}
      </Loaded>
    </>
  );
}
