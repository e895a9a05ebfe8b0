import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { describeError } from '../api/control-error.js';
import { ErrorText } from './error-text.js';

/** Shows in words that a view cannot be drawn, such as when an answer has not the form that it should have. */
export function ViewBoundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  return (
    <section class="pane view-failure">
      <ErrorText message={`This view cannot be drawn. ${describeError(error)}`} />
      <button type="button" class="button" onClick={reset}>
        Try again
      </button>
    </section>
  );
}
