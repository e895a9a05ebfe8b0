/**
 * What the judge wants to know of an inbox, asked by its public contract.
 *
 * @param {import('@fic-webhooks/core').Inbox} inbox
 */
export function readInbox(inbox) {
  return {
    countWaiting: async () => (await inbox.health()).waiting,
    async listDeadLetters() {
      /** @type {{ id: string, reason: string }[]} */
      const letters = [];
      /** @type {string | undefined} */
      let after;
      for (;;) {
        const page = await inbox.deadLetters.list({ limit: 500, ...(after !== undefined && { after }) });
        for (const { payload, reason, key } of page) {
          letters.push({ id: idOf(payload) ?? key, reason });
        }
        after = page.at(-1)?.key;
        if (page.length < 500) return letters;
      }
    },
  };
}

/** @param {import('@fic-webhooks/core').InboxPayload} payload */
function idOf(payload) {
  if (payload.kind === 'event') return payload.event.id;
  return payload.kind === 'raw' ? payload.claims.tokenId : undefined;
}
