import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

// The command as people install it: `npm run build` comes before the tests.
const manifest = new URL('../../package.json', import.meta.url);
const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: Record<string, string> };
export const binary = fileURLToPath(new URL(bin['fic-webhooks'] ?? '', manifest));

/** The environment of this process without what decides on colours, and without anybody's secrets. */
export const plainEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:NO_COLOR|FORCE_COLOR|CI|FIC_\w+)$/.test(name)),
);

/** A command that runs. */
export interface CliRun {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The exit code, or the name of the signal that killed it. */
  readonly ended: Promise<number | string>;
}

/** Starts `fic-webhooks`. It is killed at the end of the test, if it still runs then. */
export function startCli(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  script: string = binary,
  input?: string,
  cwd?: string,
): CliRun {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { ...plainEnvironment, ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  return { child, stdout, stderr, ended };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.on('data', (chunk) => {
    text += String(chunk);
  });
  return () => text;
}

/** What a command has come to. */
export interface CliResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is run with, besides its arguments. */
export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** What stands on standard input. */
  readonly input?: string;
}

/** Runs `fic-webhooks` to its end. */
export async function runCli(
  args: readonly string[],
  { env = {}, input }: RunOptions = {},
): Promise<CliResult> {
  const run = startCli(args, env, binary, input);
  const code = await run.ended;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

/** Runs `fic-webhooks … --json` to its end: one document stands on standard output, and nothing else. */
export async function runJson<Document>(
  args: readonly string[],
  options: RunOptions = {},
): Promise<CliResult & { document: Document }> {
  const result = await runCli([...args, '--json'], options);
  return { ...result, document: JSON.parse(result.stdout) as Document };
}

/** The line that `--json` prints. */
export interface Ready {
  readonly url: string;
  readonly inspectorUrl: string;
  readonly publicKey: string;
  readonly applicationId: number;
  readonly accessToken: string | null;
  readonly subscription?: { id: string; sink: string; verified: boolean; types: string[]; mapping: string };
}

/** Starts `fic-webhooks emulator --json` on a free port, and waits until it is ready. */
export async function startEmulatorCli(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<CliRun & { ready: Ready }> {
  const run = startCli(['emulator', '--port', '0', '--json', ...args], env);
  await waitFor(run, () => run.stdout().includes('\n'));
  return { ...run, ready: JSON.parse(run.stdout()) as Ready };
}

/** Waits until something is so, and fails at once when the command ends before. */
export async function waitFor(run: CliRun, isSo: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        if (!isSo() && run.child.exitCode !== null)
          throw new Error(`It ended: ${run.stdout()}${run.stderr()}`);
        return isSo();
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBe(true);
}
