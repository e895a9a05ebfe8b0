import { challengeRequest, signNotification } from '@fic-webhooks/testing';
import type { Delivery } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Service } from '../service.js';

/** A request, ready to be sent. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** All of them, in the order in which they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const hour = 3_600_000;

/**
 * Builds and signs the request of one attempt. The token's times are those of the wall clock.
 *
 * @throws whatever the state throws when it cannot be read.
 */
export function buildRequest(
  service: Service,
  delivery: Delivery,
  faults: readonly FaultName[],
): SignedRequest {
  const { keys, forgersKeys } = service;
  const isForged = faults.includes('wrong-signature');
  const isExpired = faults.includes('expired-token');
  const reused = isForged || isExpired ? null : readReusedToken(service, delivery);
  const signing = {
    privateKey: keys.privateKey,
    sink: delivery.sink,
    applicationId: delivery.applicationId,
    ...(isForged && { signWith: forgersKeys.privateKey }),
    // Issued as long ago that the three hours were over an hour ago.
    ...(isExpired && { issuedAt: new Date(Date.now() - 4 * hour) }),
    ...(reused !== null && { token: reused }),
  };
  return delivery.kind === 'verification'
    ? buildChallenge(service, delivery, signing)
    : buildNotification(service, delivery, signing);
}

/** The token of the first attempt, if retries carry it on. */
function readReusedToken({ behaviour, state }: Service, { id, attempts }: Delivery): string | null {
  return attempts > 0 && behaviour.retryToken === 'reused' ? state.deliveries.readToken(id) : null;
}

function buildNotification(
  { behaviour }: Service,
  delivery: Delivery,
  signing: Parameters<typeof challengeRequest>[0],
): SignedRequest {
  const { headers, body } = signNotification(
    {
      id: delivery.eventId,
      type: delivery.type,
      companyId: delivery.companyId,
      ids: delivery.ids,
      time: delivery.time,
    },
    {
      ...signing,
      mode: delivery.mapping,
      ...(delivery.mapping === 'structured' && { contentType: behaviour.structuredContentType }),
      ...(delivery.kind === 'welcome' && welcomeData[behaviour.welcomeBody]),
    },
  );
  return {
    method: 'POST',
    url: delivery.sink,
    headers: {
      ...connectionHeaders(delivery.sink),
      ...headers,
      'Content-Length': String(Buffer.byteLength(body)),
    },
    body,
  };
}

/** An empty body is what `signNotification` makes of a welcome event by itself. */
const welcomeData = { empty: {}, null: { data: null }, ids: { data: { ids: [] } } };

function buildChallenge(
  { behaviour, state }: Service,
  delivery: Delivery,
  signing: Parameters<typeof challengeRequest>[0],
): SignedRequest {
  const { headers, query } = challengeRequest({
    ...signing,
    challenge: delivery.eventId,
    method: state.subscriptions.find(delivery.subscriptionId)?.verificationMethod ?? 'header',
    ...(behaviour.challengeApplication === 'absent' && { claims: { aid: undefined } }),
  });
  const target = appendQuery(delivery.sink, query);
  return { method: 'GET', url: target, headers: { ...connectionHeaders(target), ...headers }, body: '' };
}

/** By hand: a URL object would write the query anew that the sink was registered with. */
function appendQuery(url: string, query: Readonly<Record<string, string>>): string {
  const added = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
  if (added.length === 0) return url;
  const [address = '', ...fragment] = url.split('#');
  const separator = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return [`${address}${separator}${added.join('&')}`, ...fragment].join('#');
}

function connectionHeaders(url: string): Record<string, string> {
  return { Host: new URL(url).host, Connection: 'close' };
}
