import { receiving, working } from './failpoints.js';

const storing = [
  { point: 'in-transaction', chance: 1 / 300 },
  { point: 'after-commit', chance: 1 / 300 },
];
const claiming = [
  ...working,
  { point: 'after-claim', chance: 1 / 200 },
  { point: 'in-apply', chance: 1 / 200 },
  { point: 'before-verdict', chance: 1 / 200 },
  { point: 'retention', chance: 1 / 200 },
];

/** @type {import('./part.js').PartSlot[]} */
export const bullmqSlots = [
  { name: 'web 1', receives: true, works: false, points: [...receiving, ...storing] },
  { name: 'web 2', receives: true, works: false, points: [...receiving, ...storing] },
  { name: 'worker 1', receives: false, works: true, points: claiming },
  { name: 'worker 2', receives: false, works: true, points: claiming },
];
