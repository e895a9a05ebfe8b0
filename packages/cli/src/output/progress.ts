import type { WriteStream } from 'node:tty';
import { cleanText } from './clean-text.js';

/** A sign of life while work is under way. */
export interface Progress {
  /** Says what is being done now. */
  tell(text: string): void;
  /** Ends it and leaves no trace. */
  stop(): void;
}

const silence: Progress = { tell: () => {}, stop: () => {} };

/** Shows a spinner on a terminal, and nothing anywhere else: in a file or a log it would be noise. */
export async function startProgress(stream: WriteStream, text: string): Promise<Progress> {
  if (!stream.isTTY || process.env['TERM'] === 'dumb' || 'CI' in process.env) return silence;
  const { default: createSpinner } = await import('yocto-spinner');
  const spinner = createSpinner({ stream, text: cleanText(text) }).start();
  return {
    tell: (now) => {
      spinner.text = cleanText(now);
    },
    stop: () => {
      spinner.stop();
    },
  };
}
