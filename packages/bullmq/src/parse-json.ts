/** The value of a JSON text; undefined for what is none, as a damaged store may give it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
