import type { TestKeyPair } from '@fic-webhooks/testing';
import type { Changes } from './changes.js';
import type { Clock } from './clock/clock.js';
import type { FaultBox } from './faults/fault-box.js';
import type { ServiceBehaviour } from './model/service-behaviour.js';
import type { State } from './state/open-state.js';

/** What every part of the emulated service works with. */
export interface Service {
  readonly state: State;
  readonly clock: Clock;
  readonly behaviour: ServiceBehaviour;
  readonly changes: Changes;
  /** Signs the tokens. Made per state. */
  readonly keys: TestKeyPair;
  /** Signs the tokens that carry the fault `wrong-signature`. */
  readonly forgersKeys: TestKeyPair;
  readonly sinkRules: SinkRules;
  /** The faults that happen now. */
  readonly faults: FaultBox;
  /** Tells the delivery engine that something waits for a sink. */
  wake(sink: string): void;
}

/** Which sinks may be registered and called. */
export interface SinkRules {
  /** False: a sink must resolve to a loopback address. */
  readonly allowRemote: boolean;
  /** True: loopback sinks must be HTTPS too, as all others always must. */
  readonly requireHttps: boolean;
}
