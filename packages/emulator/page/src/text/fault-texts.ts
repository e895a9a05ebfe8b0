import type { FaultName } from '../../../src/model/fault-settings.js';

/** What is said of a fault. */
export interface FaultText {
  readonly label: string;
  readonly explanation: string;
  /** Whether it happens to deliveries or to calls of the Subscriptions API. */
  readonly area: 'delivery' | 'api';
}

/** Every fault in words. */
export const faultTexts: Readonly<Record<FaultName, FaultText>> = {
  duplicate: {
    label: 'Duplicate',
    explanation: 'The event is sent a second time, under the same id.',
    area: 'delivery',
  },
  reorder: {
    label: 'Reorder',
    explanation: 'The event is held back until the next one to its sink was sent.',
    area: 'delivery',
  },
  delay: {
    label: 'Delay',
    explanation: 'The first attempt comes late.',
    area: 'delivery',
  },
  'cut-request': {
    label: 'Cut request',
    explanation: 'The connection breaks in the middle of the request.',
    area: 'delivery',
  },
  'lose-answer': {
    label: 'Lose answer',
    explanation: 'The sink gets the whole request, and its answer is lost.',
    area: 'delivery',
  },
  'expired-token': {
    label: 'Expired token',
    explanation: 'The token expired an hour ago.',
    area: 'delivery',
  },
  'wrong-signature': {
    label: 'Wrong signature',
    explanation: 'The token is signed with another key.',
    area: 'delivery',
  },
  'api-error': {
    label: 'API error',
    explanation: 'The call is answered with 500.',
    area: 'api',
  },
  'api-quota': {
    label: 'Quota used up',
    explanation: 'The call is answered as if its quota were used up.',
    area: 'api',
  },
};

/** Every fault, those of deliveries first. */
export const faultList = Object.entries(faultTexts).map(([name, text]) => ({
  name: name as FaultName,
  ...text,
}));
