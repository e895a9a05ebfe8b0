import { closeSync, openSync } from 'node:fs';

/**
 * Makes an empty file that only its owner may read, because a private key will be in it. SQLite gives the same rights to
 * the files that it lays beside. See https://www.sqlite.org/tempfiles.html.
 */
export function createStateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // It exists already, or it cannot be made: then SQLite says so when it opens it.
  }
}
