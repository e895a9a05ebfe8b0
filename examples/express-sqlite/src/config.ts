/** What the app reads from the environment. */
export interface Config {
  port: number;
  /** The sink of the subscription, to the letter as the Subscriptions API returns it. */
  sink: string;
  /** The id of your Fatture in Cloud application. */
  applicationId: number;
  /** For the emulator only. Without it the key that Fatture in Cloud publishes is trusted. */
  publicKey: string | undefined;
  /** The file that holds the events and the table of the app. */
  file: string;
  /** Where clients are passed on to, if anywhere. */
  crmUrl: string | undefined;
  /** For reading invoices through the API. Without it only their ids are entered. */
  accessToken: string | undefined;
  /** Where the API is: another place than Fatture in Cloud only for trying out. */
  apiUrl: string;
  /** Milliseconds between the end of readiness and the end of receiving: a load balancer needs them to notice. */
  drainDelay: number;
}

/** Reads the environment, and says what is missing in words. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    port: Number(env.PORT ?? 3000),
    sink: required(env, 'FIC_SINK', 'the URL of your subscription, such as https://example.com/webhooks/fic'),
    applicationId: Number(required(env, 'FIC_APPLICATION_ID', 'the id of your Fatture in Cloud application')),
    publicKey: env.FIC_PUBLIC_KEY || undefined,
    file: env.DATABASE_FILE || 'fic-webhooks.db',
    crmUrl: env.CRM_URL || undefined,
    accessToken: env.FIC_ACCESS_TOKEN || undefined,
    apiUrl: env.FIC_API_URL || 'https://api-v2.fattureincloud.it',
    drainDelay: Number(env.DRAIN_DELAY_MS ?? 5_000),
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. It is ${meaning}.`);
  return value;
}
