import type { ComponentChildren } from 'preact';
import type { Delivery } from '../../../src/model/delivery.js';
import { now } from '../model/clock.js';
import { linkToDelivery } from '../model/route.js';
import { faultTexts } from '../text/fault-texts.js';
import { formatDuration } from '../text/format-duration.js';
import { formatInstant } from '../text/format-time.js';
import { Fact } from './fact.js';

/** Ids shown of one event. */
const shownIds = 100;

/** What a delivery is, in short. */
export function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const { ids, repeats, faults, dueAt } = delivery;
  const facts: readonly (readonly [name: string, value: ComponentChildren])[] = [
    ['Company', delivery.companyId],
    ...(delivery.kind === 'event' ? [['Ids', describeIds(ids)] as const] : []),
    ['Subscription', `${delivery.subscriptionId}, application ${delivery.applicationId}`],
    ['Sink', delivery.sink],
    [delivery.kind === 'verification' ? 'Challenge' : 'Event id', delivery.eventId],
    ...(delivery.kind === 'verification' ? [] : [['Mode', delivery.mapping] as const]),
    ['Made', formatInstant(delivery.createdAt)],
    ...(dueAt === null ? [] : [['Next attempt', <DueIn key="due" at={dueAt} />] as const]),
    ...(repeats === null
      ? []
      : [
          [
            'Repeats',
            <a key="repeats" href={linkToDelivery(repeats)}>
              delivery {repeats}
            </a>,
          ] as const,
        ]),
    ...(faults.length === 0
      ? []
      : [['Faults asked for', faults.map((name) => faultTexts[name].label).join(', ')] as const]),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </dl>
  );
}

function describeIds(ids: Delivery['ids']): string {
  const shown = ids.slice(0, shownIds).join(', ');
  return ids.length > shownIds ? `${shown} and ${ids.length - shownIds} more` : shown;
}

/** A time to come, on the emulator's clock. */
function DueIn({ at }: { at: number }) {
  const wait = at - (now.value ?? at);
  return <>{wait > 0 ? `in ${formatDuration(wait)}, at ${formatInstant(at)}` : 'due now'}</>;
}
