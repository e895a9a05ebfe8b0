import { useEffect, useRef } from 'preact/hooks';
import { announcement } from '../model/announcements.js';
import { load, loadFailure } from '../model/connection.js';
import { route, viewTitles } from '../model/route.js';
import { AppHeader } from './app-header.js';
import { BehaviourView } from './behaviour-view.js';
import { DeliveriesView } from './deliveries-view.js';
import { ErrorText } from './error-text.js';
import { FaultSwitches } from './fault-switches.js';
import { SubscriptionsView } from './subscriptions-view.js';
import { ViewBoundary } from './view-boundary.js';

const views = {
  deliveries: DeliveriesView,
  subscriptions: SubscriptionsView,
  faults: FaultSwitches,
  behaviour: BehaviourView,
} as const;

/** The whole page. */
export function App() {
  const main = useRef<HTMLElement>(null);
  const { view, deliveryId } = route.value;
  const View = views[view];
  useEffect(() => {
    const place = deliveryId === undefined ? viewTitles[view] : `Delivery ${deliveryId}`;
    document.title = `${place} · Fatture in Cloud emulator`;
  }, [view, deliveryId]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it jumps, and the hash of the address belongs to the views. */}
      <a
        class="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <AppHeader />
      {loadFailure.value !== undefined && (
        <div class="load-failure">
          <ErrorText message={loadFailure.value} />
          <button type="button" class="button" onClick={() => void load()}>
            Try again
          </button>
        </div>
      )}
      <main ref={main} id="content" tabIndex={-1} data-view={view}>
        <ViewBoundary key={view}>
          <View />
        </ViewBoundary>
      </main>
      <p class="visually-hidden" role="status" data-announcement>
        {announcement.value}
      </p>
    </>
  );
}
