/** What the scripts read from the environment. */
export interface Config {
  /** The OAuth access token, or a manual token of your application. */
  accessToken: string;
  /** The company that owns the data. */
  companyId: number;
  /** The URL of your receiver. */
  sink: string;
  /** For the emulator only. Without it the service itself is called. */
  apiUrl: string | undefined;
}

/** What to subscribe to: short names, groups and patterns. */
export const types = ['entities.clients.*', 'issued_documents.invoices.create'];

/** Reads the environment, and says in words what is missing. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    accessToken: required(env, 'FIC_ACCESS_TOKEN', 'the access token of the user, or a manual token'),
    companyId: Number(required(env, 'FIC_COMPANY_ID', 'the id of the company whose events you want')),
    sink: required(env, 'FIC_SINK', 'the URL of your receiver, such as https://example.com/webhooks/fic'),
    apiUrl: env.FIC_API_URL || undefined,
  };
}

function required(env: NodeJS.ProcessEnv, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set. It is ${meaning}.`);
  return value;
}
