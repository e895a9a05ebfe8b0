import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../harness/child.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { ratios } from '../harness/statistics.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult } from '../harness/measurement.js' */
/** @import { Child } from '../harness/child.js' */
/** @import { EmulatorAnswer, EmulatorRequest } from '../http/emulator.js' */
/** @import { SinkAnswer, SinkRequest } from '../http/sink.js' */
/** @typedef {Child<EmulatorRequest, EmulatorAnswer>} EmulatorChild */
/** @typedef {Child<SinkRequest, SinkAnswer>} SinkChild */

/** Events that wait for one sink at the same time. */
const batch = 1_000;

/**
 * How many signed deliveries the emulator makes, whether its memory grows, and whether a sink that hangs slows the others.
 * Emulator and sinks are processes of their own.
 *
 * @param {BenchContext} context
 * @returns {Promise<BenchResult>}
 */
export async function benchEmulator({ quick, onRound }) {
  const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-bench-'));
  try {
    const inMemory = await sustain({ deliveries: quick ? 4_000 : 100_000, onRound });
    const inFile = await sustain({
      deliveries: quick ? 2_000 : 20_000,
      state: join(folder, 'state.db'),
      onRound,
    });
    const hanging = await compareWithHangingSink({ quick, onRound });
    return {
      measurements: [
        {
          name: `signed deliveries, tenths of ${inMemory.deliveries.toLocaleString('en')}, state in memory`,
          unit: '/s',
          better: 'higher',
          samples: inMemory.rates,
          target: { median: 1_000 },
        },
        {
          name: `the same, tenths of ${inFile.deliveries.toLocaleString('en')}, state in a file`,
          unit: '/s',
          better: 'higher',
          samples: inFile.rates,
        },
        {
          name: `memory after the last tenth ÷ after the second tenth of ${inMemory.deliveries.toLocaleString('en')} deliveries`,
          unit: '×',
          better: 'lower',
          samples: [growthOf(inMemory.memory)],
          target: { median: 1.1 },
        },
        {
          name: 'beside a sink that hangs ÷ alone',
          unit: '×',
          better: 'higher',
          samples: hanging,
          target: { median: 0.9 },
        },
      ],
      figures: [{ name: 'memory', unit: 'MB', samples: inMemory.memory.map((bytes) => bytes / 1e6) }],
      remarks: [
        `memory after each tenth, in MB: ${inMemory.memory.map((bytes) => (bytes / 1e6).toFixed(0)).join(' · ')}.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {{ deliveries: number, state?: string, onRound: BenchContext['onRound'] }} options */
async function sustain({ deliveries, state, onRound }) {
  const emulator = startEmulatorChild(state);
  const sink = startSinkChild('answers');
  try {
    const companyId = await subscribe(emulator, sink);
    /** @type {number[]} */
    const rates = [];
    /** @type {number[]} */
    const memory = [];
    const perTenth = deliveries / 10;
    for (let tenth = 0; tenth < 10; tenth++) {
      onRound(tenth + 1, 10);
      const start = performance.now();
      for (let left = perTenth; left > 0; left -= batch) {
        await deliver({ emulator, sink, companyId, events: Math.min(batch, left) });
      }
      rates.push((perTenth / (performance.now() - start)) * 1000);
      memory.push((await emulator.ask({})).memory);
    }
    return { deliveries, rates, memory };
  } finally {
    await Promise.all([emulator.end(), sink.end()]);
  }
}

/**
 * Two emulators, one of which has so much for a sink that hangs that all its places are taken all the time.
 *
 * @param {{ quick: boolean, onRound: BenchContext['onRound'] }} options
 * @returns {Promise<number[]>}
 */
async function compareWithHangingSink({ quick, onRound }) {
  const sinks = [startSinkChild('answers'), startSinkChild('answers'), startSinkChild('hangs')];
  const [aloneSink, besideSink, hangingSink] = /** @type {[SinkChild, SinkChild, SinkChild]} */ (sinks);
  const emulators = [startEmulatorChild(), startEmulatorChild()];
  const [alone, beside] = /** @type {[EmulatorChild, EmulatorChild]} */ (emulators);
  try {
    const hangingCompany = await subscribe(beside, hangingSink);
    await beside.ask({ companyId: hangingCompany, events: batch });
    const events = quick ? 500 : 3_000;
    const aloneCompany = await subscribe(alone, aloneSink);
    const besideCompany = await subscribe(beside, besideSink);
    const samples = await runRounds({
      contenders: [
        {
          name: 'alone',
          measure: () => measureRate({ emulator: alone, sink: aloneSink, companyId: aloneCompany, events }),
        },
        {
          name: 'beside',
          measure: () =>
            measureRate({ emulator: beside, sink: besideSink, companyId: besideCompany, events }),
        },
      ],
      rounds: quick ? 2 : 21,
      warmUpRounds: quick ? 1 : 2,
      onRound,
    });
    return ratios(samplesOf(samples, 'beside'), samplesOf(samples, 'alone'));
  } finally {
    await Promise.all([...emulators, ...sinks].map((child) => child.end()));
  }
}

/**
 * @param {{ emulator: EmulatorChild, sink: SinkChild, companyId: number, events: number }} options
 * @returns {Promise<number>} Deliveries per second.
 */
async function measureRate({ emulator, sink, companyId, events }) {
  const start = performance.now();
  await deliver({ emulator, sink, companyId, events });
  return (events / (performance.now() - start)) * 1000;
}

/**
 * Lets events happen, and waits until the sink has got all of them.
 *
 * @param {{ emulator: EmulatorChild, sink: SinkChild, companyId: number, events: number }} options
 */
async function deliver({ emulator, sink, companyId, events }) {
  await Promise.all([emulator.ask({ companyId, events }), sink.ask({ notifications: events })]);
}

/**
 * @param {EmulatorChild} emulator
 * @param {SinkChild} sink
 * @returns {Promise<number>} The company of the subscription.
 */
async function subscribe(emulator, sink) {
  const { port } = await sink.ask({ notifications: 0 });
  const { companyId } = await emulator.ask({ subscribe: `http://127.0.0.1:${port}/` });
  return companyId;
}

/**
 * @param {string} [state]
 * @returns {EmulatorChild}
 */
function startEmulatorChild(state) {
  const module = new URL('../http/emulator.js', import.meta.url);
  return startChild({ module, args: state === undefined ? [] : [state], core: undefined });
}

/**
 * @param {'answers' | 'hangs'} behaviour
 * @returns {SinkChild}
 */
function startSinkChild(behaviour) {
  return startChild({
    module: new URL('../http/sink.js', import.meta.url),
    args: [behaviour],
    core: undefined,
  });
}

/**
 * The history fills up in the first tenth, so growth is counted from the second.
 *
 * @param {readonly number[]} memory - After each tenth.
 */
function growthOf(memory) {
  return (memory.at(-1) ?? Number.NaN) / (memory[1] ?? Number.NaN);
}
