import { bullmqInbox } from '@fic-webhooks/bullmq';
import type { Inbox } from '@fic-webhooks/nestjs';

/** The inbox at a URL: `redis://…`, `rediss://…` or `postgres://…`. Nothing else in this app knows which. */
export function createInbox(url: string): Inbox {
  return bullmqInbox({ connection: url });
}

/** Whether the URL leads to PostgreSQL. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}
