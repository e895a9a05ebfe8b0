import { statSync } from 'node:fs';

/** Warns when other users of this machine may read a state file, and so the private key in it. */
export function warnOfReaders(file: string, warn: (message: string) => void): void {
  // Rights are of another kind there.
  if (process.platform === 'win32') return;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  warn(
    `${file} holds a private key, and other users of this machine may open it (mode ${mode.toString(8)}). Close it to them: chmod 600 ${file}`,
  );
}
