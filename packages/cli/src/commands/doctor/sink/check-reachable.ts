import type { SendError } from '@fic-webhooks/testing';
import { type Check, ok, problem } from '../check.js';
import type { Reply } from './sink-probe.js';

/** Why there is no answer, by the code of the error below. */
const causes: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  ENOTFOUND: ['its name is not known', 'Check the name, and wait until a new one is known everywhere.'],
  EAI_AGAIN: ['its name cannot be looked up now', 'Check the connection of this machine.'],
  ECONNREFUSED: ['nobody listens there', 'Start the app, and check the port and the proxy in front of it.'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew the certificate.'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', 'Take one of a public authority.'],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is of a private authority', 'Take one of a public authority.'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its chain of certificates is incomplete',
    'Let the server send the certificates in between, too.',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Take one for the name in the sink.'],
};

/** Whether the sink answers at all. */
export function checkReachable(first: Reply): Check {
  if (first.kind === 'answer') return ok('reachable', 'The sink answers.');
  const { error } = first;
  const [what, cure] = causes[findCode(error)] ?? [
    error.message.replace(/\.$/, ''),
    'Look at the app, its proxy and its firewall.',
  ];
  return problem(
    'reachable',
    `The sink does not answer: ${what}. The rest of it could not be checked.`,
    cure,
  );
}

function findCode({ cause }: SendError): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** Whether anything is redirected. */
export function checkRedirect(replies: readonly Reply[]): Check {
  const redirected = replies.find(
    (reply) => reply.kind === 'answer' && reply.status >= 300 && reply.status < 400,
  );
  if (redirected?.kind !== 'answer') return ok('redirect', 'The sink does not redirect.');
  const target = redirected.headers['location'] ?? 'another address';
  return problem(
    'redirect',
    `The sink redirects with ${redirected.status} to ${target}. Fatture in Cloud follows no redirect: every event is lost.`,
    'Take the redirect away for this path, or subscribe the address that it leads to: mind the slash, www and https.',
  );
}

/** Whether the app has a route for both methods. */
export function checkRouted({ get, post }: { readonly get: Reply; readonly post: Reply }): Check {
  const missing = Object.entries({ GET: get, POST: post }).filter(
    ([, reply]) => reply.kind === 'answer' && [404, 405, 501].includes(reply.status),
  );
  if (missing.length === 0) return ok('routed', 'The sink takes GET and POST.');
  const [[, first] = ['', get]] = missing;
  const methods = missing.map(([method]) => method).join(' and ');
  return problem(
    'routed',
    `The sink has no route for ${methods}: it answers ${first.kind === 'answer' ? first.status : ''}.`,
    'Mount the webhook for GET, which is the verification, and for POST, at exactly this path.',
  );
}
