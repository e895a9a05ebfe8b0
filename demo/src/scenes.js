import { sendOverHttp, signNotification } from '@fic-webhooks/testing';

/** @import { Attempt, Delivery, Emulator } from '@fic-webhooks/emulator' */

/**
 * What the app answered.
 *
 * @typedef {object} Answer
 * @property {string} method Of the request.
 * @property {number} status
 * @property {string} body
 */

/**
 * One thing that Fatture in Cloud, or somebody else, sends.
 *
 * @typedef {object} Scene
 * @property {string} title What happens, for the reader.
 * @property {'Fatture in Cloud' | 'a stranger'} from
 * @property {() => Promise<Answer>} play Makes it happen, and waits for the answer of the app.
 * @property {number} status The only right answer.
 * @property {string} [code] The code in the body of a refusal.
 * @property {string} [appSays] What a handler of the app must log now.
 * @property {string} [appKeepsQuiet] What no handler may log now.
 * @property {string} meaning Why this is the right answer.
 */

/**
 * @typedef {object} StageOptions
 * @property {Emulator} fic
 * @property {string} sink Of the app.
 * @property {string} strangersSink A sink that takes everything.
 * @property {number} strangersApplication The id of another application.
 * @property {string} forgersKey
 */

const companyId = 108061;
const invoiceLine = `invoice 7001 of company ${companyId} was issued`;

/**
 * Everything a sink meets in its life, in the order of the story. All that comes from Fatture in Cloud is sent by the
 * emulator, which judges every answer as the service would.
 *
 * @param {StageOptions} options
 * @returns {Scene[]}
 */
export function createScenes({ fic, sink, strangersSink, strangersApplication, forgersKey }) {
  const send = sendOverHttp(sink);
  return [
    {
      title: 'verification of the new subscription',
      from: 'Fatture in Cloud',
      play: async () => {
        await fic.subscribe({
          sink,
          companyId,
          types: ['entities.all.create', 'entities.clients.update', 'issued_documents.invoices.create'],
        });
        return lastAnswer(fic);
      },
      status: 200,
      meaning: 'the challenge is echoed: the subscription is verified',
    },
    {
      title: 'a client was created: the event is faster than the welcome',
      from: 'Fatture in Cloud',
      play: () => emit(fic, { type: 'entities.clients.create', ids: [3062300] }),
      status: 204,
      appSays: `client 3062300 of company ${companyId}: create`,
      meaning: 'handled: nothing says that the welcome event comes first',
    },
    {
      title: 'two seconds later: the welcome event, with an empty body',
      from: 'Fatture in Cloud',
      play: async () => {
        await fic.advance('2s');
        return lastAnswer(fic);
      },
      status: 204,
      appSays: `the subscription of company ${companyId} is live`,
      meaning: 'acknowledged',
    },
    {
      title: 'two clients were updated (structured mode)',
      from: 'Fatture in Cloud',
      play: () => emit(fic, { type: 'entities.clients.update', ids: [3062300, 3062301], mode: 'structured' }),
      status: 204,
      appSays: `client 3062301 of company ${companyId}: update`,
      meaning: 'handled, every id of it',
    },
    {
      title: 'the same event once more: a duplicate',
      from: 'Fatture in Cloud',
      play: async () => {
        fic.replay(lastDelivery(fic).id);
        return lastAnswer(fic);
      },
      status: 204,
      appKeepsQuiet: 'client 3062300',
      meaning: 'known already: acknowledged, not handled again',
    },
    {
      title: 'an invoice was issued, while the bookkeeping is down',
      from: 'Fatture in Cloud',
      play: () => emit(fic, { type: 'issued_documents.invoices.create', ids: [7001] }),
      status: 500,
      code: 'handler-failed',
      appSays: 'failed on',
      meaning: 'the handler failed: a 5xx makes Fatture in Cloud try again',
    },
    {
      title: 'a minute later: the second attempt',
      from: 'Fatture in Cloud',
      play: async () => {
        await fic.advance('1m');
        return lastAnswer(fic);
      },
      status: 204,
      appSays: invoiceLine,
      meaning: 'the bookkeeping is back: handled, nothing lost',
    },
    {
      title: 'a type that did not exist when the app was written',
      from: 'Fatture in Cloud',
      play: () => emit(fic, { type: 'entities.leads.create', ids: [1], unlisted: true }),
      status: 204,
      meaning: 'acknowledged: an unknown type never costs the subscription',
    },
    {
      title: 'a forged token, made for somebody else',
      from: 'a stranger',
      play: async () =>
        answerTo(
          await send(
            signNotification(
              { name: 'entities.clients.delete', ids: [3062300] },
              { privateKey: forgersKey, sink: strangersSink },
            ),
          ),
        ),
      status: 401,
      code: 'token-untrusted',
      appKeepsQuiet: 'client 3062300',
      meaning: 'not signed by Fatture in Cloud: refused',
    },
    {
      title: "a genuine event from the stranger's own subscription",
      from: 'a stranger',
      play: async () => {
        const applicationId = strangersApplication;
        await fic.subscribe({
          sink: strangersSink,
          companyId: 1,
          types: ['entities.clients.create'],
          applicationId,
        });
        await emit(fic, { companyId: 1, type: 'entities.clients.create', ids: [3062300] });
        const { request } = lastAttempt(fic);
        return answerTo(await send({ headers: Object.fromEntries(request.headers), body: request.body }));
      },
      status: 503,
      code: 'token-audience',
      appKeepsQuiet: 'client 3062300',
      meaning: 'genuine, yet not for us: nothing handled, an alert raised',
    },
    {
      title: 'a genuine event, after the stranger subscribed our sink',
      from: 'a stranger',
      play: async () => {
        const applicationId = strangersApplication;
        await fic.subscribe({ sink, companyId: 2, types: ['entities.clients.create'], applicationId });
        return emit(fic, { companyId: 2, type: 'entities.clients.create', ids: [3062300] });
      },
      status: 503,
      code: 'token-application',
      appKeepsQuiet: 'client 3062300',
      meaning: 'for our sink, yet of another application: nothing handled, an alert raised',
    },
  ];
}

/**
 * @param {Emulator} fic
 * @param {Partial<import('@fic-webhooks/emulator').EmittedEvent> & { type: string }} event
 */
async function emit(fic, event) {
  const { deliveries, notSent } = fic.emit({ companyId, ...event });
  if (deliveries.length !== 1) throw new Error(`Nothing was sent: ${JSON.stringify(notSent)}`);
  return lastAnswer(fic);
}

/**
 * What the app answered to the newest attempt of all.
 *
 * @param {Emulator} fic
 * @returns {Promise<Answer>}
 */
async function lastAnswer(fic) {
  await fic.settled();
  const { request, response, failure } = lastAttempt(fic);
  if (response === null) throw new Error(`The app did not answer: ${failure?.message}`);
  return { method: request.method, status: response.status, body: response.body };
}

/**
 * @param {Emulator} fic
 * @returns {Attempt}
 */
function lastAttempt(fic) {
  const attempts = fic.deliveries().flatMap(({ id }) => fic.delivery(id)?.history ?? []);
  const [newest] = attempts.sort((left, right) => right.sentAt - left.sentAt);
  if (newest === undefined) throw new Error('Nothing has been sent yet.');
  return newest;
}

/**
 * @param {Emulator} fic
 * @returns {Delivery}
 */
function lastDelivery(fic) {
  const [newest] = fic.deliveries({ limit: 1 });
  if (newest === undefined) throw new Error('Nothing has been sent yet.');
  return newest;
}

/** @param {import('@fic-webhooks/testing').TestResponse} response */
function answerTo({ status, body }) {
  return { method: 'POST', status, body };
}
