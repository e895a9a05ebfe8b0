import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { onTestFinished } from 'vitest';

const driver = JSON.stringify(createRequire(import.meta.url).resolve('libsql'));

/** Has another process hold the lock of a file, until it is told to let go. */
export async function holdLock(file: string): Promise<{ letGo(): Promise<void> }> {
  const script = `
    const database = new (require(${driver}))(process.argv[1]);
    database.exec('PRAGMA busy_timeout = 5000');
    database.exec('BEGIN IMMEDIATE');
    process.stdout.write('locked');
    process.stdin.once('data', () => { database.exec('ROLLBACK'); process.exit(0); });`;
  const child = spawn(process.execPath, ['--eval', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return {
    letGo: async () => {
      const ended = once(child, 'exit');
      child.stdin.write('x');
      await ended;
    },
  };
}
