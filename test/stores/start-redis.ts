import { onTestFinished } from 'vitest';
import { startRedis as startServer } from '../../scripts/stores/start-redis.js';

/** A Redis of the test's own, until its end. */
export async function startRedis(
  ...settings: string[]
): Promise<{ readonly port: number; readonly url: string }> {
  const { port, url, stop } = await startServer(settings);
  onTestFinished(stop);
  return { port, url };
}
