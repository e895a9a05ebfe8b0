import { challengeRequest, signNotification } from '@fic-webhooks/testing';

/**
 * One thing that Fatture in Cloud, or somebody else, sends.
 *
 * @typedef {object} Scene
 * @property {string} title What happens, for the reader.
 * @property {'Fatture in Cloud' | 'a stranger'} from
 * @property {import('@fic-webhooks/testing').SendableRequest} request
 * @property {number} status The only right answer.
 * @property {string} [code] The code in the body of a refusal.
 * @property {string} [body] The exact body.
 * @property {string} [appSays] What a handler of the app must log now.
 * @property {string} [appKeepsQuiet] What no handler may log now.
 * @property {string} meaning Why this is the right answer.
 */

/**
 * Everything a sink meets in its life, in the order of the story.
 *
 * @param {{ privateKey: string, forgersKey: string, sink: string, applicationId: number }} options
 * @returns {Scene[]}
 */
export function createScenes({ privateKey, forgersKey, sink, applicationId }) {
  const signing = { privateKey, sink, applicationId };
  const challenge = challengeRequest(signing);
  const client = signNotification({ name: 'entities.clients.create', ids: [3062300] }, signing);
  const invoice = signNotification({ name: 'issued_documents.invoices.create', ids: [7001] }, signing);
  const invoiceLine = 'invoice 7001 of company 108061 was issued';
  return [
    {
      title: 'verification of the new subscription',
      from: 'Fatture in Cloud',
      request: challenge,
      status: 200,
      body: JSON.stringify({ verification: challenge.challenge }),
      meaning: 'the challenge is echoed: the subscription is verified',
    },
    {
      title: 'welcome event, with an empty body',
      from: 'Fatture in Cloud',
      request: signNotification({ name: 'subscriptions.welcome' }, signing),
      status: 204,
      appSays: 'the subscription of company 108061 is live',
      meaning: 'the first event has arrived',
    },
    {
      title: 'a client was created (binary mode)',
      from: 'Fatture in Cloud',
      request: client,
      status: 204,
      appSays: 'client 3062300 of company 108061: create',
      meaning: 'handled',
    },
    {
      title: 'two clients were updated (structured mode)',
      from: 'Fatture in Cloud',
      request: signNotification(
        { name: 'entities.clients.update', ids: [3062300, 3062301] },
        { ...signing, mode: 'structured' },
      ),
      status: 204,
      appSays: 'client 3062301 of company 108061: update',
      meaning: 'handled, every id of it',
    },
    {
      title: 'the first client once more: a duplicate',
      from: 'Fatture in Cloud',
      request: client,
      status: 204,
      appKeepsQuiet: 'client 3062300',
      meaning: 'known already: acknowledged, not handled again',
    },
    {
      title: 'a forged token, made for somebody else',
      from: 'a stranger',
      request: signNotification(
        { name: 'entities.clients.delete', ids: [3062300] },
        { ...signing, signWith: forgersKey, claims: { aud: ['https://other.example/hook'] } },
      ),
      status: 401,
      code: 'token-untrusted',
      appKeepsQuiet: 'client 3062300',
      meaning: 'not signed by Fatture in Cloud: refused',
    },
    {
      title: 'a genuine event meant for another sink',
      from: 'a stranger',
      request: signNotification(
        { name: 'entities.clients.delete', ids: [3062300] },
        { ...signing, sink: 'https://other.example/hook' },
      ),
      status: 503,
      code: 'token-audience',
      appKeepsQuiet: 'client 3062300',
      meaning: 'genuine, yet not for us: nothing handled, an alert raised',
    },
    {
      title: 'a genuine event of another application',
      from: 'a stranger',
      request: signNotification(
        { name: 'entities.clients.delete', ids: [3062300] },
        { ...signing, applicationId: applicationId + 1 },
      ),
      status: 503,
      code: 'token-application',
      appKeepsQuiet: 'client 3062300',
      meaning: 'somebody registered our sink: nothing handled, an alert raised',
    },
    {
      title: 'an invoice was issued, while the bookkeeping is down',
      from: 'Fatture in Cloud',
      request: invoice,
      status: 500,
      code: 'handler-failed',
      appSays: 'failed on',
      meaning: 'the handler failed: a 5xx makes Fatture in Cloud try again',
    },
    {
      title: 'the same invoice: the retry',
      from: 'Fatture in Cloud',
      request: invoice,
      status: 204,
      appSays: invoiceLine,
      meaning: 'the bookkeeping is back: handled, nothing lost',
    },
    {
      title: 'a type that did not exist when the app was written',
      from: 'Fatture in Cloud',
      request: signNotification(
        { type: 'it.fattureincloud.webhooks.entities.leads.create', ids: [1] },
        signing,
      ),
      status: 204,
      meaning: 'acknowledged: an unknown type never costs the subscription',
    },
  ];
}
