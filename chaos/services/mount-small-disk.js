import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cleanUpAtExit } from '../../scripts/clean-up-at-exit.js';

const size = 192 * 1024 * 1024;

/**
 * A real file system of our own, small enough to be filled up. Needs the right to mount.
 *
 * @param {string} folder
 * @returns {{ path: string, faults: import('../supervise/inject-faults.js').Fault[], unmount: () => void } | { missing: string }}
 */
export function mountSmallDisk(folder) {
  const image = join(folder, 'disk.img');
  const path = join(folder, 'disk');
  mkdirSync(path);
  writeFileSync(image, '');
  truncateSync(image, size);
  for (const [program = '', ...args] of [
    ['mkfs.ext4', '-q', '-F', '-m', '0', image],
    ['mount', '-o', 'loop', image, path],
  ]) {
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) return { missing: `${program}: ${(error?.message ?? stderr).trim().split('\n')[0]}` };
  }
  const unmount = () => void spawnSync('umount', ['--lazy', path]);
  const forget = cleanUpAtExit(unmount);
  return {
    path,
    faults: [
      {
        name: 'disk full',
        run: async (milliseconds) => {
          const ballast = join(path, 'ballast');
          fill(ballast);
          // What the others gave back meanwhile.
          const again = setInterval(() => fill(ballast), 100);
          await pause(milliseconds);
          clearInterval(again);
          rmSync(ballast);
        },
      },
    ],
    unmount: () => {
      forget();
      unmount();
    },
  };
}

/** @param {string} path */
function fill(path) {
  const file = openSync(path, 'a');
  try {
    for (const length of [1024 * 1024, 4_096, 512]) {
      const block = Buffer.alloc(length);
      for (;;) {
        try {
          if (writeSync(file, block) < length) break;
        } catch (error) {
          if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
          break;
        }
      }
    }
  } finally {
    closeSync(file);
  }
}
