import { receiving, working } from './failpoints.js';

const storing = ['in-transaction', 'after-commit'];
const claiming = [...working, 'after-claim', 'in-apply', 'before-verdict', 'retention'];

/** @type {import('./part.js').PartSlot[]} */
export const bullmqSlots = [
  { name: 'web 1', receives: true, works: false, points: [...receiving, ...storing] },
  { name: 'web 2', receives: true, works: false, points: [...receiving, ...storing] },
  { name: 'worker 1', receives: false, works: true, points: claiming },
  { name: 'worker 2', receives: false, works: true, points: claiming },
];
