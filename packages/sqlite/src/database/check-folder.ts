import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from './store-error.js';

/** File systems in memory: everything is gone after a restart. Numbers of {@link https://man7.org/linux/man-pages/man2/statfs.2.html}. */
const inMemory: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);

/** File systems of other machines: the log needs memory that all processes share. See {@link https://www.sqlite.org/wal.html}. */
const remote: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x786f4256, 'a shared folder of VirtualBox'],
]);

/**
 * Refuses a folder that does not keep what is written to it.
 *
 * @throws StoreError `inbox-not-durable`.
 */
export function checkFolder(file: string): void {
  // Elsewhere the numbers mean something else.
  if (process.platform !== 'linux') return;
  // The number is unsigned, and read as signed on some platforms.
  // Of the file itself, where there is one: it may be a link to elsewhere.
  const type = statfsSync(existsSync(file) ? file : dirname(file)).type >>> 0;
  const memory = inMemory.get(type);
  if (memory !== undefined) {
    throw notDurable(
      `${file} lies on a file system in memory (${memory}): a restart of the machine loses it. Give a file on a disk, or set durability to 'relaxed', in tests for example.`,
    );
  }
  const network = remote.get(type);
  if (network === undefined) return;
  throw notDurable(
    `${file} lies on a file system of another machine (${network}), where SQLite's log is not safe. Give a file on a local disk, use an inbox on a server such as @fic-webhooks/bullmq, or set durability to 'relaxed'.`,
  );
}

/** The error for a setting that makes "stored" untrue. */
export function notDurable(message: string): StoreError {
  return new StoreError({ code: 'inbox-not-durable', message, final: true });
}
