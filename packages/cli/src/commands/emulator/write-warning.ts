import { cleanText } from '../../output/clean-text.js';
import type { Lines } from '../../output/output.js';

/** Writes a line about something that the reader should see to. */
export function writeWarning({ write, colors }: Lines, message: string): void {
  write(colors.yellow(`warning: ${cleanText(message, { maximumLength: 4_000 })}`));
}
