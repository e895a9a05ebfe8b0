import { deliveries } from '../model/deliveries.js';
import { activeFaults, subscriptions } from '../model/emulator-state.js';
import { route, type ViewName, viewNames, viewTitles } from '../model/route.js';

/** The views of the page, with how much is in each. */
export function Navigation() {
  const counts: Partial<Record<ViewName, number>> = {
    deliveries: deliveries.value.length,
    subscriptions: subscriptions.value.length,
    faults: activeFaults.value.length,
  };
  return (
    <nav aria-label="Views">
      {viewNames.map((name) => {
        const count = counts[name] ?? 0;
        return (
          <a key={name} href={`#${name}`} aria-current={route.value.view === name ? 'page' : undefined}>
            {viewTitles[name]}
            {count > 0 && <span class="count"> {count.toLocaleString('en')}</span>}
          </a>
        );
      })}
    </nav>
  );
}
