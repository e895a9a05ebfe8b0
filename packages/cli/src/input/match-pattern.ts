/**
 * Makes a test for names out of a pattern.
 *
 * @param pattern - A short name in which `*` stands for one or more whole segments.
 */
export function createPatternTest(pattern: string): (name: string) => boolean {
  const segments = pattern
    .split('.')
    .map((segment) => (segment === '*' ? String.raw`[^.]+(?:\.[^.]+)*` : escapePattern(segment)));
  const expression = new RegExp(`^${segments.join(String.raw`\.`)}$`);
  return (name) => expression.test(name);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[^\w]/g, String.raw`\$&`);
}
