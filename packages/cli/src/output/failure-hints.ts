/** What to do about a failure on the command line, where its message speaks to programs. By the code of the failure. */
export const failureHints: Readonly<Record<string, string>> = {
  'api-unauthorised': 'Here: put a fresh token into the environment variable FIC_ACCESS_TOKEN.',
  'api-not-found': 'Here: fic-webhooks subscriptions list shows what there is.',
  'api-timeout': 'Here: --timeout 30s gives it more time.',
  'api-conflict': 'Here: fic-webhooks subscriptions list shows what there is.',
};
