/** What the app reads from the environment. Next.js itself reads PORT. */
export interface Config {
  /** The sink of the subscription, to the letter as the Subscriptions API returns it. */
  sink: string;
  /** The id of your Fatture in Cloud application. */
  applicationId: number;
  /** For the emulator only. Without it the key that Fatture in Cloud publishes is trusted. */
  publicKey: string | undefined;
  /** Where new invoices are passed on to, if anywhere. */
  bookkeepingUrl: string | undefined;
}

/** Reads the environment, and says what is missing in words. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    sink: required(env, 'FIC_SINK', 'the URL of your subscription, such as https://example.com/webhooks/fic'),
    applicationId: Number(required(env, 'FIC_APPLICATION_ID', 'the id of your Fatture in Cloud application')),
    publicKey: env.FIC_PUBLIC_KEY || undefined,
    bookkeepingUrl: env.BOOKKEEPING_URL || undefined,
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. It is ${meaning}.`);
  return value;
}
