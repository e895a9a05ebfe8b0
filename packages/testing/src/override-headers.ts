/** Replaces headers whatever their case, adds those that are new, and takes those away whose value is undefined. */
export function overrideHeaders(
  headers: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const result: Record<string, string> = { ...headers };
  for (const [name, value] of Object.entries(overrides)) {
    const present = Object.keys(result).find((key) => key.toLowerCase() === name.toLowerCase());
    if (present !== undefined) delete result[present];
    if (value !== undefined) result[name] = value;
  }
  return result;
}
