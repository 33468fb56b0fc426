import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface Column<T> {
  key: string;
  label: string;
  /** Right-aligned, in figures of equal width. */
  numeric?: boolean;
  /** For the style sheet. */
  class?: string;
  /** Heads its row. */
  heads?: boolean;
  /** A sentence on what is in it. */
  hint?: string;
  cell: (row: T) => ComponentChildren;
}

/**
 * A table that scrolls within itself where it is too wide, or, with `cards`, becomes a card for each row on a phone. The roles are
 * spelt out because a browser drops those of a table whose rows are laid out as blocks.
 */
export function DataTable<T>(props: {
  caption: string;
  /** Whether the caption only repeats a heading right above. */
  captionHidden?: boolean;
  columns: ReadonlyArray<Column<T>>;
  rows: readonly T[];
  rowKey: (row: T) => string;
  rowClass?: (row: T) => string | undefined;
  cards?: boolean;
  empty?: string;
}): JSX.Element {
  const [ref, overflows] = useOverflow();
  if (props.rows.length === 0 && props.empty) return <p class="empty-line">{props.empty}</p>;
  return (
    <div
      ref={ref}
      class="table-scroll"
      // something that scrolls must be reachable by the keys that scroll it
      {...(overflows ? { tabIndex: 0, role: "region", "aria-label": props.caption } : {})}
    >
      <table role="table" class={props.cards ? "cards" : undefined}>
        <caption class={props.captionHidden ? "hidden" : undefined}>{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map(({ key, label, numeric, hint }) => (
              <th key={key} role="columnheader" scope="col" class={numeric ? "numeric" : undefined} title={hint}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} role="row" data-key={props.rowKey(row)} class={props.rowClass?.(row)}>
              {props.columns.map((column) => {
                const shared = { key: column.key, class: classOf(column) };
                return column.heads ? (
                  <th {...shared} role="rowheader" scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td {...shared} role="cell" data-label={column.label}>
                    {column.cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf(column: { numeric?: boolean; class?: string }): string | undefined {
  return [column.numeric && "numeric", column.class].filter(Boolean).join(" ") || undefined;
}

function useOverflow(): [(element: HTMLDivElement | null) => void, boolean] {
  const element = useRef<HTMLDivElement | null>(null);
  const [overflows, setOverflows] = useState(false);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = (): void =>
      setOverflows(box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    return () => observer.disconnect();
  });
  return [
    (next) => {
      element.current = next;
    },
    overflows,
  ];
}
