// Run by reopen.test.ts in a process of its own: emits events as fast as it can, and prints the id of each once it is
// accepted.
import { createTestKeyPair } from '@fic-webhooks/testing';
import { Changes } from '../../src/changes.js';
import { Clock } from '../../src/clock/clock.js';
import { DeliveryEngine } from '../../src/delivery/delivery-engine.js';
import { emitEvent } from '../../src/events/emit-event.js';
import { FaultBox } from '../../src/faults/fault-box.js';
import { worstBehaviour } from '../../src/model/service-behaviour.js';
import type { Service } from '../../src/service.js';
import { openState } from '../../src/state/open-state.js';
import { readSigningKey } from '../../src/state/read-signing-key.js';

const state = openState(process.argv[2]);
const changes = new Changes();
const service: Service = {
  state,
  changes,
  clock: new Clock('real', state.settings),
  behaviour: worstBehaviour,
  keys: readSigningKey(state.settings),
  forgersKeys: createTestKeyPair(),
  sinkRules: { allowRemote: false, requireHttps: false },
  faults: new FaultBox(changes, () => state.deliveries.lastId()),
  wake: (sink) => engine.wake(sink),
};
const engine = new DeliveryEngine(service, {
  keep: { deliveries: 100_000, bytes: 1_000_000_000 },
  warn: (message) => process.stderr.write(`${message}\n`),
});
engine.start();
for (let number = 1; ; number++) {
  const { deliveries } = emitEvent(service, {
    companyId: 108061,
    type: 'entities.clients.create',
    ids: [number],
  });
  for (const { eventId } of deliveries) process.stdout.write(`${eventId}\n`);
  // As fast as the sink, with some in hand.
  do await new Promise((resolve) => setImmediate(resolve));
  while (state.deliveries.countByState().pending > 50);
}
