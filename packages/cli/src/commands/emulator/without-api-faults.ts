import type { Emulator } from '@fic-webhooks/emulator';

/**
 * Works while no call of the Subscriptions API has a fault: those that were asked for are meant for the app, and not for
 * this command. Then they are on again, and the dice begin anew: the app has the same faults whatever was called here.
 */
export async function withoutApiFaults<Result>(
  emulator: Emulator,
  work: () => Promise<Result>,
): Promise<Result> {
  const { seed, probabilities } = emulator.faults();
  const { 'api-error': error, 'api-quota': quota } = probabilities;
  if (error === 0 && quota === 0) return work();
  emulator.setFaults({ probabilities: { 'api-error': 0, 'api-quota': 0 } });
  try {
    return await work();
  } finally {
    emulator.setFaults({ seed, probabilities: { 'api-error': error, 'api-quota': quota } });
  }
}
