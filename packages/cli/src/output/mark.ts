import type { Colors } from './output.js';

/** How something that was looked at turned out. */
export type Finding = 'ok' | 'problem' | 'warning' | 'unchecked';

/** The sign of a finding, which says the same without its colour. */
export function mark(finding: Finding, { green, red, yellow, dim }: Colors): string {
  const marks = { ok: green('✔'), problem: red('✖'), warning: yellow('!'), unchecked: dim('-') };
  return marks[finding];
}
