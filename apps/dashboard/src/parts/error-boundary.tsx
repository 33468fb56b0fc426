import { Component, type ComponentChildren } from "preact";

/** Keeps a fault in one view from taking the whole page away. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render(): ComponentChildren {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="notice danger" role="alert">
        <p>This view cannot be shown: the gateway sent something that the page does not expect.</p>
        <button type="button" class="button small" onClick={() => this.setState({ failed: false })}>
          Retry
        </button>
      </div>
    );
  }
}
