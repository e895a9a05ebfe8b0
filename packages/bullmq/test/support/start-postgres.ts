import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { findFreePort } from './find-free-port.js';
import { findPostgresPrograms } from './find-postgres-programs.js';
import type { Server } from './server.js';

/** A PostgreSQL of the test's own. */
export interface PostgresServer extends Server {
  /** For looking into it, ended at the end of the test. */
  readonly admin: pg.Pool;
}

/** Starts a cluster on a free port, until the end of the test. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const programs = findPostgresPrograms() ?? '';
  const data = mkdtempSync(join(tmpdir(), 'fic-webhooks-bullmq-test-'));
  const identity = chooseIdentity();
  if (identity.uid !== undefined) chownSync(data, identity.uid, identity.gid ?? identity.uid);
  chmodSync(data, 0o700);
  const port = await findFreePort();
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    { ...identity, stdio: 'ignore', cwd: tmpdir() },
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let child: ChildProcess;

  async function start(): Promise<void> {
    const options = settings.flatMap((setting) => ['-c', setting]);
    child = spawn(
      join(programs, 'postgres'),
      [
        '-D',
        data,
        '-p',
        String(port),
        '-k',
        data,
        '-h',
        '127.0.0.1',
        '-c',
        'max_connections=200',
        ...options,
      ],
      { ...identity, stdio: 'ignore', cwd: tmpdir() },
    );
    for (let turn = 0; !(await answers(url)); turn++) {
      if (turn === 400 || child.exitCode !== null) throw new Error('PostgreSQL did not start.');
      await sleep(50);
    }
  }

  function signal(name: NodeJS.Signals): void {
    // The first process first, so that it starts no more; each of the others has a group of its own.
    for (const pid of [child.pid ?? 0, ...findChildren(child.pid ?? 0)]) {
      try {
        process.kill(pid, name);
      } catch {
        // It has just ended.
      }
    }
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    signal('SIGSTOP');
    signal('SIGKILL');
    await gone;
  }

  await start();
  const admin = new pg.Pool({ connectionString: url, max: 2 });
  admin.on('error', () => {});
  onTestFinished(async () => {
    await admin.end();
    await kill();
    rmSync(data, { recursive: true, force: true });
  });
  return { port, url, admin, signal, kill, restart: start };
}

/** PostgreSQL refuses to run as root. */
function chooseIdentity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const read = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: read('-u'), gid: read('-g') };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

function findChildren(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // The name of a program may hold spaces and brackets: what comes after the last one is fixed.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
        return fields?.[1] === String(parent);
      } catch {
        return false;
      }
    });
}
