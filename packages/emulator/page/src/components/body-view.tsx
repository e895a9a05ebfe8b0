import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { RecordedMessage } from '../../../src/model/attempt.js';
import { formatBytes } from '../text/format-bytes.js';
import { prettyJson } from '../text/pretty-json.js';
import { CodeBlock } from './code-block.js';

/** What a {@link BodyView} needs. */
export interface BodyViewProps {
  readonly title: string;
  readonly message: RecordedMessage;
}

/** Characters shown at first: the browser lays out no more than is looked at. */
const shownAtFirst = 8_000;

/** A body: JSON in lines, with a switch to what was really sent; anything else as it is. */
export function BodyView({ title, message: { body, bodyBytes, truncated } }: BodyViewProps) {
  const isRaw = useSignal(false);
  const isWhole = useSignal(false);
  const pretty = useMemo(() => prettyJson(body), [body]);
  if (bodyBytes === 0) return <p class="muted">No body.</p>;

  const text = isRaw.value || pretty === undefined ? body : pretty;
  const shown = isWhole.value ? text : text.slice(0, shownAtFirst);
  return (
    <div class="body">
      <div class="body-head">
        <span class="muted">Body, {formatBytes(bodyBytes)}</span>
        {pretty !== undefined && (
          <button
            type="button"
            class="link"
            aria-pressed={isRaw.value}
            onClick={() => {
              isRaw.value = !isRaw.value;
            }}
          >
            Raw
          </button>
        )}
      </div>
      <CodeBlock label={`${title} body`} text={shown} />
      {shown.length < text.length && (
        <button
          type="button"
          class="link"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
      {truncated && (
        <p class="cut-mark">
          The record ends here: it holds less than the {formatBytes(bodyBytes)} that came.
        </p>
      )}
    </div>
  );
}
