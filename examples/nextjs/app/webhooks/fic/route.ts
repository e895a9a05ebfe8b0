import { createFetchHandler } from '@fic-webhooks/fetch';
import { after } from 'next/server';
import { readConfig } from '@/lib/config';
import { createWebhookReceiver } from '@/lib/receiver';

// The receiver is made at the first request: `next build` loads this file too, where the environment may be missing.
// `after` keeps an instance alive for a handler that outlives its answer, on platforms that would end it.
export const { GET, POST } = createFetchHandler(() => createWebhookReceiver(readConfig(process.env)), {
  waitUntil: after,
});
