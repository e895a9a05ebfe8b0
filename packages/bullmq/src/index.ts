export { bullmqInbox } from './bullmq-inbox.js';
export type { BullmqInboxConnection, BullmqInboxOptions, PostgresPool } from './bullmq-inbox-options.js';
