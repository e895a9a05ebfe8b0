import { startChild } from '../harness/child.js';
import { runRounds, samplesOf } from '../harness/run-rounds.js';
import { median, ratios } from '../harness/statistics.js';
import { findCores } from '../http/cores.js';

/** @import { BenchContext } from '../bench-context.js' */
/** @import { BenchResult, Measurement } from '../harness/measurement.js' */
/** @import { Child } from '../harness/child.js' */
/** @import { LoadAnswer, LoadRequest } from '../http/load.js' */
/** @import { ServerAnswer, ServerRequest } from '../http/server.js' */
/** @typedef {Child<ServerRequest, ServerAnswer>} ServerChild */
/** @typedef {Child<LoadRequest, LoadAnswer>} LoadChild */

/**
 * @typedef {object} Comparison
 * @property {string} ours - The application that stands above the line of the ratio.
 * @property {string} theirs - The one below. `bare` is the faster one of the two bare applications.
 * @property {{ median: number }} [target]
 */

const connections = 64;
const bareNames = ['bare in place', 'bare on the pool'];
const modes = [
  { mode: 'keep-alive', keepAlive: true },
  { mode: 'close', keepAlive: false },
];
/**
 * Requests per second over HTTP, with the server and the load in processes of their own.
 *
 * @param {object} options
 * @param {string} options.framework - A file of `../http/applications`.
 * @param {string} options.title - For people.
 * @param {readonly Comparison[]} options.comparisons
 * @returns {(context: BenchContext) => Promise<BenchResult>}
 */
export function benchHttp({ framework, title, comparisons }) {
  const names = new Set(
    comparisons.flatMap(({ ours, theirs }) => [theirs === 'bare' ? bareNames : theirs, ours].flat()),
  );
  return (context) => measureFramework({ framework, title, comparisons, names: [...names], context });
}

/**
 * @param {object} options
 * @param {string} options.framework
 * @param {string} options.title
 * @param {readonly Comparison[]} options.comparisons
 * @param {readonly string[]} options.names - Of the applications.
 * @param {BenchContext} options.context
 * @returns {Promise<BenchResult>}
 */
async function measureFramework({ framework, title, comparisons, names, context }) {
  const { quick, privateKey, publicKey, onRound } = context;
  const cores = findCores();
  const count = quick ? 200 : 3_000;
  /** @type {LoadChild} */
  const load = startChild({
    module: new URL('../http/load.js', import.meta.url),
    args: [String(count), privateKey],
    core: cores?.load,
  });
  /** @type {{ name: string, server: ServerChild }[]} */
  const servers = names.map((name) => ({
    name,
    server: startChild({
      module: new URL('../http/server.js', import.meta.url),
      args: [framework, name, publicKey],
      core: cores?.server,
    }),
  }));
  /** @type {number[]} */
  const serverBusy = [];
  /** @type {number[]} */
  const loadBusy = [];
  try {
    const contenders = modes.flatMap(({ mode, keepAlive }) =>
      servers.map(({ name, server }) => ({
        name: `${name}, ${mode}`,
        async measure() {
          const run = await measureServer(server, load, keepAlive);
          serverBusy.push(run.serverBusy);
          loadBusy.push(run.loadBusy);
          return run.eventsPerSecond;
        },
      })),
    );
    const samples = await runRounds({
      contenders,
      rounds: quick ? 2 : 15,
      warmUpRounds: quick ? 1 : 4,
      onRound,
    });
    return {
      measurements: modes.flatMap(({ mode }) => compareServers({ samples, mode, title, comparisons })),
      figures: contenders.map(({ name }) => ({ name, unit: 'req/s', samples: samplesOf(samples, name) })),
      remarks: [
        cores === undefined
          ? 'server and load share the processor: taskset or a second core is missing.'
          : `server on core ${cores.server}, load on core ${cores.load}, ${connections} connections.`,
        `median load of the processor: servers ${toPercent(serverBusy)}, load ${toPercent(loadBusy)}.`,
      ],
    };
  } finally {
    await Promise.all([load, ...servers.map(({ server }) => server)].map((child) => child.end()));
  }
}

/**
 * @param {ServerChild} server
 * @param {LoadChild} load
 * @param {boolean} keepAlive
 */
async function measureServer(server, load, keepAlive) {
  const { port } = await server.ask({ run: 'begin' });
  const {
    sent,
    counted,
    milliseconds,
    elapsed,
    processorTime: loadTime,
  } = await load.ask({ port, keepAlive, connections });
  const { handled, processorTime } = await server.ask({ run: 'end' });
  if (handled !== sent) throw new Error(`${handled} of ${sent} events reached the handler.`);
  return {
    eventsPerSecond: (counted / milliseconds) * 1000,
    serverBusy: processorTime / elapsed,
    loadBusy: loadTime / milliseconds,
  };
}

/** @param {readonly number[]} parts */
function toPercent(parts) {
  return `${Math.round(median(parts) * 100)} %`;
}

/**
 * @param {object} options
 * @param {ReadonlyMap<string, number[]>} options.samples
 * @param {string} options.mode
 * @param {string} options.title
 * @param {readonly Comparison[]} options.comparisons
 * @returns {Measurement[]}
 */
function compareServers({ samples, mode, title, comparisons }) {
  // The yardstick is whichever bare version is the faster one here.
  const [bare = []] = bareNames
    .map((name) => samplesOf(samples, `${name}, ${mode}`))
    .sort((left, right) => median(right) - median(left));
  return comparisons.map(({ ours, theirs, target }) => ({
    name: `${title} ${ours} ÷ ${theirs}, ${mode}`,
    unit: '×',
    better: 'higher',
    samples: ratios(
      samplesOf(samples, `${ours}, ${mode}`),
      theirs === 'bare' ? bare : samplesOf(samples, `${theirs}, ${mode}`),
    ),
    ...(target !== undefined && { target }),
  }));
}
