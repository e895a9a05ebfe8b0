/** What the app reads from the environment. */
export interface Config {
  port: number;
  /** The sink of the subscription, to the letter as the Subscriptions API returns it. */
  sink: string;
  /** The sink of the subscription for the second endpoint: on the same host. */
  guardedSink: string;
  /** The id of your Fatture in Cloud application. */
  applicationId: number;
  /** For the emulator only. Without it the key that Fatture in Cloud publishes is trusted. */
  publicKey: string | undefined;
  /** Milliseconds between the end of readiness and the end of receiving: a load balancer needs them to notice. */
  drainDelay: number;
}

/** Reads the environment, and says what is missing in words. `ConfigModule` calls it. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const sink = required(
    env,
    'FIC_SINK',
    'the URL of your subscription, such as https://example.com/webhooks/fic',
  );
  return {
    port: Number(env.PORT ?? 3000),
    sink,
    guardedSink: new URL('/webhooks/guarded', sink).href,
    applicationId: Number(required(env, 'FIC_APPLICATION_ID', 'the id of your Fatture in Cloud application')),
    publicKey: env.FIC_PUBLIC_KEY || undefined,
    drainDelay: Number(env.DRAIN_DELAY_MS ?? 5_000),
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. It is ${meaning}.`);
  return value;
}
