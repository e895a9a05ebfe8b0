import type { Progress } from '../../../output/progress.js';
import type { Check } from '../check.js';
import type { WantedExamination } from '../read-doctor.js';
import { checkAddress } from './check-address.js';
import { checkBodyParsers } from './check-body-parsers.js';
import { checkForgeries } from './check-forgeries.js';
import { checkGenuine } from './check-genuine.js';
import { checkReachable, checkRedirect, checkRouted } from './check-reachable.js';
import { checkRateLimit, checkSpeed } from './check-speed.js';
import { SinkProbe } from './sink-probe.js';

/**
 * Looks at a sink from outside. Whatever is sent carries a token of a key made for this, or of the key given: never the
 * access token.
 */
export async function examineSink(wanted: WantedExamination, progress: Progress): Promise<Check[]> {
  const { sink, applicationId, privateKey, settings } = wanted;
  const probe = new SinkProbe({ sink, applicationId, privateKey, timeout: settings.timeout ?? 10_000 });
  const address = await checkAddress(wanted);
  progress.tell(`Asking ${sink} for the first time`);
  const first = await probe.askWithoutToken();
  const reachable = checkReachable(first);
  if (reachable.result !== 'ok') return [...address, reachable];
  progress.tell(`Sending forged tokens to ${sink}`);
  const forged = await probe.sendForgeries();
  progress.tell(`Sending bodies that parsers stumble over to ${sink}`);
  const bodies = await probe.sendOddBodies();
  const genuine = await probe.sendGenuine();
  const all = [
    first,
    ...Object.values(forged),
    ...bodies.map(({ reply }) => reply),
    ...Object.values(genuine ?? {}),
  ];
  return [
    ...address,
    reachable,
    checkRedirect(all),
    checkRouted({ get: first, post: forged.post }),
    checkForgeries({ first, ...forged }),
    ...checkGenuine(genuine),
    checkBodyParsers(forged.post, bodies),
    checkRateLimit(all),
    checkSpeed(all),
  ];
}
