import { createHash } from 'node:crypto';

/**
 * Fills an inbox with items that are done and whose retention ends one after the other, so that there is something to clean
 * up all along.
 *
 * @param {import('@fic-webhooks/core').Inbox} inbox
 * @param {number} [count]
 */
export async function putOldItems(inbox, count = 2_000) {
  let done = 0;
  const worker = inbox.work({
    concurrency: 64,
    lease: 15_000,
    process: async () => {
      done++;
      return { kind: 'done' };
    },
    onTrouble: () => {},
  });
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      inbox.put({
        key: createHash('sha256').update(`old ${number}`).digest('hex'),
        fingerprint: String(number),
        name: 'old',
        payload: {
          kind: 'raw',
          headers: [],
          body: '',
          claims: {
            issuer: '',
            subject: undefined,
            tokenId: undefined,
            applicationId: undefined,
            expiresAt: 0,
          },
        },
        receivedAt: Date.now(),
        retention: 1 + number * 30,
      }),
    ),
  );
  while (done < count) await new Promise((resolve) => setTimeout(resolve, 20));
  await worker.stop({ deadline: 10_000 });
}
