import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A process of its own on a queue. Every line that it prints is kept. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly lines: string[];
  kill(): Promise<void>;
  /** Resolves once it has ended by itself. */
  ended(): Promise<void>;
}

/** Runs one of the programs beside this file. */
export function startProcess(program: string, ...args: string[]): TestProcess {
  return startWith([], program, ...args);
}

/** The same, with a clock that is ahead by so many milliseconds. */
export function startAhead(milliseconds: number, program: string, ...args: string[]): TestProcess {
  const preload = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${milliseconds}`;
  return startWith(['--import', preload], program, ...args);
}

function startWith(flags: readonly string[], program: string, ...args: string[]): TestProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
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
