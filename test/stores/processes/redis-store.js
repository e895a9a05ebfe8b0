import { redisStore } from '@fic-webhooks/redis';

/** The store that a claimer works with. */
export function openStore({ url, prefix }) {
  return redisStore({ connection: url, prefix, logger: false, answerWithin: 10_000 });
}
