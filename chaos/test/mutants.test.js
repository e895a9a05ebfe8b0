import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { controls, mutants } from '../mutants/mutants.js';
import { assess } from '../mutants/run-mutants.js';
import { stagePackages } from '../stage-packages.js';

/** @param {Record<string, string[]>} found */
const roundOf = (found) =>
  /** @type {import('../run-round.js').Round} */ (
    /** @type {unknown} */ ({
      findings: Object.entries(found).map(([name, texts]) => ({ name, found: texts })),
      figures: { seconds: 3 },
    })
  );

/** The copies are taken away when their process ends, and that of a test is ended from without. */
const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-mutants-'));

beforeAll(() => {
  vi.stubEnv('TMPDIR', folder);
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('every mutant can be made of the packages as they are built', () => {
  for (const { edits } of mutants) expect(() => stagePackages(edits)).not.toThrow();
});

test('a mutant is a changed copy, and the packages stay as they are', () => {
  const edit = { package: 'sqlite', find: 'if (synchronous >= 2) return;', replace: 'return "changed";' };
  const read = (/** @type {string} */ root) =>
    readFileSync(join(root, 'node_modules/@fic-webhooks/sqlite/dist/store-thread.js'), 'utf8');
  expect(read(stagePackages([edit]))).toContain('return "changed";');
  expect(read(stagePackages())).not.toContain('return "changed";');
});

test('a text that is not there, or there twice, is an error', () => {
  const edit = { package: 'sqlite', replace: '' };
  expect(() => stagePackages([{ ...edit, find: 'no such text' }])).toThrow(/0 times.*mutants\.js/s);
  expect(() => stagePackages([{ ...edit, find: 'const' }])).toThrow(/there \d{2,} times/);
});

test('a mutant is killed by its own finding, and by no other', () => {
  const [mutant] = mutants;
  if (mutant === undefined) throw new Error('There is no mutant.');
  expect(assess(mutant, roundOf({ [mutant.killedBy]: ['x', 'y'] }))).toEqual({
    isAsItMust: true,
    row: [mutant.name, mutant.killedBy, '2', '3'],
  });
  for (const found of [{ [mutant.killedBy]: [], 'something else': ['x'] }, {}]) {
    const { isAsItMust, row } = assess(mutant, roundOf(found));
    expect([isAsItMust, row[1]]).toEqual([false, 'SURVIVED']);
  }
});

test('where nothing was changed nothing may be found', () => {
  for (const control of controls) {
    expect(assess(control, roundOf({ a: [] })).isAsItMust).toBe(true);
    expect(assess(control, roundOf({ a: ['x'] }))).toMatchObject({
      isAsItMust: false,
      row: [control.name, 'FOUND FAULTY: a', '', '3'],
    });
  }
});
