import { type Check, ok, problem, warning } from '../check.js';
import { isEcho } from './is-echo.js';
import type { ForgedReplies, Reply } from './sink-probe.js';

/** Whether the sink refuses what is not signed by Fatture in Cloud. */
export function checkForgeries({
  first,
  get,
  post,
  postWithoutToken,
}: ForgedReplies & { readonly first: Reply }): Check {
  const id = 'forged-token';
  const cure = 'Verify the ES256 signature of every token and its aud before anything else. Refuse with 401.';
  const taken = Object.entries({ 'with a forged token': post, 'without a token': postWithoutToken }).find(
    ([, reply]) => reply.kind === 'answer' && reply.status < 300,
  );
  if (taken !== undefined) {
    const [what] = taken;
    return problem(id, `The sink takes notifications ${what}: anybody can send it events.`, cure);
  }
  const silent = [first, get, post, postWithoutToken].some(({ kind }) => kind === 'silence');
  if (silent)
    return problem(id, 'The sink broke off when it got a forged token.', 'Look into the log of the app.');
  const echoed = isEcho(first) ? 'without a token' : isEcho(get) ? 'with a forged token' : undefined;
  if (echoed !== undefined) {
    return warning(
      id,
      `The sink answers challenges ${echoed}: anybody can have it verified for an application of their own.`,
      cure,
    );
  }
  const statuses = [first, get, post, postWithoutToken].map((reply) =>
    reply.kind === 'answer' ? reply.status : 0,
  );
  const other = statuses.find((status) => status !== 401);
  return other === undefined
    ? ok(id, 'Forged tokens and requests without a token are refused with 401.')
    : warning(id, `Forged tokens are refused, but with ${other} instead of 401.`, cure);
}
