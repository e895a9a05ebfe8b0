import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished } from 'vitest';

/** An app in a process of its own. */
export interface NodeProcess {
  readonly output: () => string;
  /** Sends a signal, and gives the exit code, or the signal that ended it. */
  stop(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Runs a file that listens on a port, until the end of the test at the latest. */
export async function startNode(
  file: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await expect
    .poll(
      async () => {
        if (child.exitCode !== null) throw new Error(`${file} ended: ${output}`);
        return isListening(port);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return {
    output: () => output,
    async stop(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code, endedBy] = await ended;
      return code ?? endedBy;
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
