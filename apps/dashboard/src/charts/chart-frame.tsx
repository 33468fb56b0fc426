import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

/** A chart with its heading and tools, and the same numbers as a table for those who would rather read them. */
export function ChartFrame(props: {
  title: string;
  about: string;
  tools?: ComponentChildren;
  table: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const [asTable, setAsTable] = useState(false);
  return (
    <section class="card chart-card">
      <div class="card-head">
        <div>
          <h2>{props.title}</h2>
          <p class="about">{props.about}</p>
        </div>
        <div class="tools">
          {props.tools}
          <button type="button" class="button small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
        </div>
      </div>
      {asTable ? props.table : props.children}
    </section>
  );
}
