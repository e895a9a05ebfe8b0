import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process of its own on a file. Every line that it prints is kept. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly lines: string[];
  kill(): Promise<void>;
  /** Resolves once it has ended by itself. */
  ended(): Promise<void>;
}

/** Runs one of the programs beside this file. */
export function startProcess(program: string, ...args: string[]): TestProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const closed = once(reader, 'close');
  return {
    child,
    lines,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
    ended: async () => {
      await closed;
    },
  };
}
