import { BehaviourList } from './behaviour-list.js';
import { ResetButton } from './reset-button.js';

/** How the emulated service behaves where nobody knows, and the way back to the start. */
export function BehaviourView() {
  return (
    <>
      <section class="pane behaviour-view" aria-labelledby="behaviour-title">
        <div class="pane-head">
          <h2 id="behaviour-title">Behaviour</h2>
        </div>
        <p class="intro">
          What Fatture in Cloud does not publish. Each default is the worst for a receiver, so that what
          passes here works there. Set others as options when the emulator starts.
        </p>
        <BehaviourList />
      </section>
      <section class="pane" aria-labelledby="reset-title">
        <div class="pane-head">
          <h2 id="reset-title">Start afresh</h2>
        </div>
        <p class="intro">
          Forgets subscriptions, deliveries, quotas and faults. Applications, the signing key and the clock
          stay.
        </p>
        <ResetButton />
      </section>
    </>
  );
}
