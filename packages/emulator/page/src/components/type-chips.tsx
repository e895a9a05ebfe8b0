import { shortenTypeName } from '../text/shorten-type.js';
import { TypeName } from './type-name.js';

/** Types shown before the rest is opened. */
const shownAtFirst = 8;

/** The types of a subscription, by their short names. */
export function TypeChips({ types }: { types: readonly string[] }) {
  if (types.length === 0)
    return <p class="muted">No types: every one was refused. It never gets an event.</p>;
  const names = types.map(shortenTypeName);
  const rest = names.slice(shownAtFirst);
  return (
    <div class="types">
      <TypeChipList names={names.slice(0, shownAtFirst)} />
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more types</summary>
          <TypeChipList names={rest} />
        </details>
      )}
    </div>
  );
}

function TypeChipList({ names }: { names: readonly string[] }) {
  return (
    <ul class="chips">
      {names.map((name) => (
        <li key={name} class="chip">
          <TypeName name={name} />
        </li>
      ))}
    </ul>
  );
}
