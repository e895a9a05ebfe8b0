import type { Delivery } from '../../../src/model/delivery.js';
import { stateTexts } from '../text/state-texts.js';
import { Icon, type IconName } from './icon.js';

const icons: Readonly<Record<Delivery['state'], IconName>> = {
  pending: 'clock',
  sending: 'send',
  delivered: 'check',
  dropped: 'cross',
  cancelled: 'ban',
};

/** The state of a delivery, as a drawing and a word. */
export function StateBadge({ state, attempts }: Pick<Delivery, 'state' | 'attempts'>) {
  if (state === 'pending' && attempts > 0) {
    return (
      <span class="badge" data-tone="retrying">
        <Icon name="repeat" />
        Retrying
      </span>
    );
  }
  return (
    <span class="badge" data-tone={state}>
      <Icon name={icons[state]} />
      {stateTexts[state]}
    </span>
  );
}
