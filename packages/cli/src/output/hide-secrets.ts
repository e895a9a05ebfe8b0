/** The value behind a flag that does not exist, and whatever looks like a token or a key. */
const secrets = [
  [/(unknown option '--?[\w-]+)=[^']*/g, '$1'],
  [/[\w-]{10,}\.[\w-]{10,}\.[\w-]+/g, '[token]'],
  [/\b[ar]\/[\w.~+/-]{8,}/g, '[token]'],
  [/-----BEGIN[\s\S]*/g, '[key]'],
] as const;

/** Takes out of an error about the command line what somebody may have written there that is secret. */
export function hideSecrets(text: string): string {
  return secrets.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}
