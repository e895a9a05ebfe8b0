import { CloudEvent as SdkEvent } from 'cloudevents';
import { describe, expectTypeOf, it } from 'vitest';
import {
  type CloudEvent,
  type DecodeErrorReason,
  decodeCloudEvent,
  type EncodedMessage,
  encodeCloudEvent,
  type FicCloudEvent,
  toCloudEvent,
} from '../../src/cloudevents/index.js';
import type { FicEvent } from '../../src/events/fic-event.js';

describe('types of the codec', () => {
  it('the SDK takes what toCloudEvent makes', () => {
    const event = {} as FicEvent;
    expectTypeOf(toCloudEvent(event)).toEqualTypeOf<FicCloudEvent>();
    expectTypeOf(SdkEvent<FicCloudEvent['data']>).toBeConstructibleWith(toCloudEvent(event));
    expectTypeOf(toCloudEvent(event)).toExtend<CloudEvent>();
    expectTypeOf(toCloudEvent).toBeCallableWith({} as FicEvent<'entities.clients.*'>);
  });

  it('a result is told apart by ok and mode', () => {
    const result = decodeCloudEvent({ headers: new Headers(), body: new Uint8Array() });
    if (!result.ok) expectTypeOf(result.error.reason).toEqualTypeOf<DecodeErrorReason>();
    else if (result.mode === 'batch') expectTypeOf(result.events).toEqualTypeOf<readonly CloudEvent[]>();
    else expectTypeOf(result.event).toEqualTypeOf<CloudEvent>();
  });

  it('headers come in every usual form', () => {
    expectTypeOf(decodeCloudEvent).toBeCallableWith({ headers: [['a', 'b']] });
    expectTypeOf(decodeCloudEvent).toBeCallableWith({ headers: { a: ['b'], c: undefined } });
    expectTypeOf(decodeCloudEvent).toBeCallableWith({ headers: new Map([['a', 'b']]) });
    expectTypeOf(encodeCloudEvent({} as CloudEvent, 'binary')).toEqualTypeOf<EncodedMessage>();
    expectTypeOf(decodeCloudEvent).toBeCallableWith(encodeCloudEvent({} as CloudEvent, 'binary'));
  });
});
