import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useGateway } from "../../app/gateway-context.js";
import { toHash } from "../../routing/route.js";
import { type Filters, filterNames, statusNames, surfaceNames } from "./decision-filter-names.js";

/** Filters that apply at once; a new one begins at the newest page. */
export function DecisionFilters({ filters }: { filters: Filters }): JSX.Element {
  const { models } = useGateway();
  // a model that is gone from the pool can still be looked for, by a link from the overview
  const known = filters.model && !models.includes(filters.model) ? [filters.model, ...models] : models;
  const set = (name: keyof Filters, value: string): void => {
    location.hash = toHash({ view: "decisions", query: { ...filters, [name]: value } });
  };
  const choice = (name: keyof Filters, label: string, options: ReadonlyArray<{ value: string; label: string }>) => (
    <Choice name={name} label={label} value={filters[name] ?? ""} options={options} onChange={set} />
  );
  return (
    <search class="filters">
      {choice("model", "Model", same(known))}
      {choice("status", "Status", same(statusNames))}
      {choice("surface", "Surface", same(surfaceNames))}
      {choice("scored", "Feedback", [
        { value: "true", label: "with a score" },
        { value: "false", label: "without a score" },
      ])}
      {filterNames.some((name) => filters[name] !== undefined) && (
        <a class="button small" href={toHash({ view: "decisions" })}>
          Clear filters
        </a>
      )}
    </search>
  );
}

function Choice(props: {
  name: keyof Filters;
  label: string;
  value: string;
  options: ReadonlyArray<{ value: string; label: string }>;
  onChange: (name: keyof Filters, value: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="filter">
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onChange(props.name, event.currentTarget.value)}>
        <option value="">all</option>
        {props.options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

function same(values: readonly string[]): Array<{ value: string; label: string }> {
  return values.map((value) => ({ value, label: value }));
}
