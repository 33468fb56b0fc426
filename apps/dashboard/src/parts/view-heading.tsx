import type { ComponentChildren, JSX } from "preact";

/** The heading of a view, which gets the focus when the view changes. */
export function ViewHeading({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="view-head">
      <h1 tabIndex={-1}>{title}</h1>
      {children && <div class="tools">{children}</div>}
    </div>
  );
}
