/** What both processes read from the environment. */
export interface Config {
  /** Where to listen: the web process for notifications, the worker for its health routes only. */
  port: number | undefined;
  /** The sink of the subscription, to the letter as the Subscriptions API returns it. */
  sink: string;
  /** The id of your Fatture in Cloud application. */
  applicationId: number;
  /** For the emulator only. Without it the key that Fatture in Cloud publishes is trusted. */
  publicKey: string | undefined;
  /** Where events are stored: `redis://…`, `rediss://…` or `postgres://…`. */
  inboxUrl: string;
  /** The PostgreSQL of the app, where issued invoices are entered. Without one they are kept in memory, for trying out. */
  databaseUrl: string | undefined;
  /** Milliseconds between the end of readiness and the end of receiving: a load balancer needs them to notice. */
  drainDelay: number;
}

/** Reads the environment, and says what is missing in words. `ConfigModule` calls it. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const inboxUrl = required(
    env,
    'FIC_INBOX_URL',
    'the URL of Redis or of PostgreSQL, where events are stored',
  );
  return {
    port: env.PORT ? Number(env.PORT) : undefined,
    sink: required(env, 'FIC_SINK', 'the URL of your subscription, such as https://example.com/webhooks/fic'),
    applicationId: Number(required(env, 'FIC_APPLICATION_ID', 'the id of your Fatture in Cloud application')),
    publicKey: env.FIC_PUBLIC_KEY || undefined,
    inboxUrl,
    databaseUrl: env.DATABASE_URL || (/^postgres(ql)?:/.test(inboxUrl) ? inboxUrl : undefined),
    drainDelay: Number(env.DRAIN_DELAY_MS ?? 5_000),
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. It is ${meaning}.`);
  return value;
}
