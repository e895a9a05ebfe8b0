import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import junit from 'junit-report-builder';
import { CommandError } from '../../command-error.js';
import { cleanText } from '../../output/clean-text.js';
import { UsageError } from '../../usage-error.js';
import type { TimedResult } from './run-cases.js';

const flag = '--junit';

// Its types say `default` of what is the default export itself.
const builder = junit as unknown as typeof junit.default;

/**
 * Checks that a report can be written, before the work for it is done.
 *
 * @throws UsageError
 */
export async function checkJunitFile(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
    const existing = await stat(file).catch(() => undefined);
    if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (existing !== undefined) await access(file, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      flag,
      `${flag}: ${file} cannot be written (${code}). Give a file in a folder that exists.`,
    );
  }
}

/**
 * Writes a JUnit report: one suite, a class for each family of cases.
 *
 * @throws CommandError `file-unwritable`
 */
export async function writeJunit(file: string, url: string, results: readonly TimedResult[]): Promise<void> {
  const report = builder.newBuilder();
  const suite = report
    .testSuite()
    .name('fic-webhooks conformance')
    .property('url', cleanText(url, { maximumLength: 2_048 }));
  for (const { name, result, why, milliseconds } of results) {
    const one = suite
      .testCase()
      .className(`conformance.${name.split(':')[0]}`)
      .name(name)
      .time(milliseconds / 1000);
    // Whatever an endpoint answers may stand in `why`; not every character may stand in XML.
    const text = cleanText(why, { maximumLength: 2_000 });
    if (result === 'fail') one.failure(text);
    if (result === 'skip') one.skipped();
    if (result === 'skip') one.standardOutput(text);
  }
  try {
    await writeFile(file, report.build());
  } catch (error) {
    throw new CommandError(
      'file-unwritable',
      `${file} cannot be written: ${(error as Error).message}.`,
      error,
    );
  }
}
