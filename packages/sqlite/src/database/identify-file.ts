import { statSync } from 'node:fs';
import { StoreError } from './store-error.js';

/**
 * What tells the file of a name from another one that is put in its place. Only by its name: opening and closing it would
 * give away the locks of this process, see {@link https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_}.
 */
export function identifyFile(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'gone' : `${found.dev}:${found.ino}`;
}

/** The error for a file that is not the one that was opened any more. */
export function movedFile(file: string): StoreError {
  return new StoreError({
    code: 'inbox-unreachable',
    message: `${file} was deleted, moved or replaced while it was in use. What is there now is opened, and made anew when nothing is; events that waited in the other file are not in it. Stop all processes before the file is touched.`,
  });
}
