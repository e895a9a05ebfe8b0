/** In which small way two sinks differ; undefined when they are simply others. The service compares them to the letter. */
export function describeDifference(sink: string, other: string): string | undefined {
  const forms: readonly (readonly [name: string, change: (text: string) => string])[] = [
    ['the query', (text) => text.replace(/[?#].*$/, '')],
    ['the slash at its end', (text) => text.replace(/\/$/, '')],
    ['upper and lower case', (text) => text.toLowerCase()],
    ['http instead of https', (text) => text.replace(/^https?:/i, '')],
  ];
  const found = forms.find(([, change]) => change(sink) === change(other));
  if (found !== undefined) return found[0];
  const reduce = (text: string) => forms.reduce((reduced, [, change]) => change(reduced), text);
  return reduce(sink) === reduce(other) ? 'how it is written' : undefined;
}
