import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import colors from 'picocolors';
import { createBenchContext } from './bench-context.js';
import { benches } from './benches.js';
import { judge } from './harness/measurement.js';
import { createProgress } from './harness/progress.js';
import { formatResult } from './harness/report.js';

const usage = `npm run bench --workspace bench -- [options]

  --quick        a smoke test of a minute or two: proves that the benches work, its numbers mean nothing
  --only a,b     only these: ${benches.map(({ name }) => name).join(', ')}
  --json FILE    write all samples to a file
  --strict       exit with 1 when a target is missed
  --help         this text`;

const values = readOptions();
if (values === undefined || values.help) console.log(usage);
if (values === undefined) process.exitCode = 2;
else if (!values.help) process.exitCode = await runBenches(values);

/** The options of the command line; undefined, with a word to the user, when they are not understood. */
function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        json: { type: 'string' },
        strict: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(error instanceof Error ? `${error.message}\n` : error);
    return undefined;
  }
}

/**
 * @param {{ quick: boolean, strict: boolean, only?: string | undefined, json?: string | undefined }} options
 * @returns {Promise<number>} The exit code.
 */
async function runBenches({ quick, strict, only, json }) {
  const wanted = only?.split(',');
  const unknown = wanted?.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    console.error(`No bench is called ${unknown}.\n\n${usage}`);
    return 2;
  }
  const selected = benches.filter(({ name }) => wanted?.includes(name) ?? true);
  const progress = createProgress(process.stderr);
  const results = [];
  const machine = { node: process.version, processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  console.log(colors.dim(`Node.js ${machine.node}, ${machine.cores} × ${machine.processor}`));
  let running = '';
  const context = createBenchContext({
    quick,
    onRound: (round, rounds) => progress.show(`${running}: round ${round} of ${rounds}`),
  });
  for (const [index, { name, title, run }] of selected.entries()) {
    running = `${index + 1} of ${selected.length}, ${title}`;
    progress.show(running);
    const result = await run(context);
    progress.clear();
    console.log(`\n${formatResult(title, result, colors)}`);
    results.push({ name, title, ...result });
  }
  if (quick) console.log(colors.dim('\nA quick run proves that the benches work. Its numbers mean nothing.'));
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ ...machine, quick, results }, undefined, 2)}\n`);
  const missed = results.flatMap(({ measurements }) => measurements).some((one) => judge(one)?.met === false);
  return strict && missed ? 1 : 0;
}
