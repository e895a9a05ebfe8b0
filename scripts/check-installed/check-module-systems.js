import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.js';

/** Some of what entry points must have. Of the others it is only asked that they have something. */
const wanted = {
  '@fic-webhooks/bullmq': ['bullmqInbox'],
  '@fic-webhooks/core': ['createReceiver', 'memoryStore', 'FicWebhooksError'],
  '@fic-webhooks/core/catalogue': ['eventCatalogue', 'findEventType'],
  '@fic-webhooks/core/cloudevents': ['decodeCloudEvent', 'encodeCloudEvent', 'toCloudEvent'],
  '@fic-webhooks/core/node': ['createNodeHandler', 'toReceiverRequest'],
  '@fic-webhooks/core/subscriptions': ['createSubscriptionsClient', 'requiredScopes'],
  '@fic-webhooks/emulator': ['startEmulator', 'EmulatorError', 'worstBehaviour', 'faultNames'],
  '@fic-webhooks/express': ['ficWebhooks', 'verifyFicWebhook', 'getFicEvent', 'createReceiver'],
  '@fic-webhooks/fastify': ['ficWebhooks', 'verifyFicWebhook', 'createReceiver'],
  '@fic-webhooks/fetch': ['createFetchHandler', 'createReceiver'],
  '@fic-webhooks/nestjs': ['FicWebhooksModule', 'OnFicEvent', 'FicWebhooksController', 'createReceiver'],
  '@fic-webhooks/redis': ['redisStore'],
  '@fic-webhooks/sqlite': ['sqliteInbox'],
  '@fic-webhooks/testing': [
    'signNotification',
    'runConformance',
    'runStoreConformance',
    'runInboxConformance',
  ],
};

/** What is run in a thread, and exports nothing. It is loaded all the same. */
const threads = ['@fic-webhooks/sqlite/store-thread'];

/** Where nothing listens. Whoever asks there has found the module that speaks the protocol. */
const nowhere = '127.0.0.1:1';

/** Each program loads all, then throws an error that its own and the other copy of the class must recognise. */
const body = `
for (const [entry, exported] of Object.entries(loaded)) {
  const isThread = ${JSON.stringify(threads)}.includes(entry);
  if ((Object.keys(exported).length === 0) !== isThread) throw new Error(entry + ' exports nothing, or is no thread.');
}
for (const [entry, names] of Object.entries(${JSON.stringify(wanted)})) {
  for (const name of names) if (loaded[entry][name] === undefined) throw new Error(entry + ' has no ' + name);
}
const own = loaded['@fic-webhooks/core'];
loaded['@fic-webhooks/emulator'].startEmulator().then(async (fic) => {
  // The page lies beside the code, whichever of the two builds looks for it.
  const page = await fetch(fic.inspectorUrl);
  if (!page.ok) throw new Error('The page of the emulator answered ' + page.status + ': ' + (await page.text()));
  await fic.close();
});
// The thread of this inbox lies beside the code, too, and SQLite in a package for this machine.
const file = loaded['@fic-webhooks/sqlite'].sqliteInbox({ file: process.argv[2] });
file
  .transaction((tx) => tx.exec('CREATE TABLE IF NOT EXISTS loaded (at TEXT)'))
  .then(() => file.close());
const expectCode = (wanted) => (error) => {
  if (error.code !== wanted) throw error;
};
for (const protocol of ['redis', 'postgres']) {
  const inbox = loaded['@fic-webhooks/bullmq'].bullmqInbox({ connection: protocol + '://${nowhere}/0' });
  inbox.deadLetters
    .list()
    .then(() => Promise.reject(new Error('Something listens.')), expectCode('inbox-unreachable'))
    .then(() => inbox.close());
}
const store = loaded['@fic-webhooks/redis'].redisStore({ connection: 'redis://${nowhere}' });
store
  .claim('key', { owner: 'probe', lease: 1000, fingerprint: 'f' })
  .then(() => Promise.reject(new Error('Something listens.')), expectCode('store-unreachable'))
  .then(() => store.close());
const receiver = own.createReceiver({ sink: 'https://example.com/fic', applicationId: 1 });
if (!other.isReceiver(receiver)) throw new Error('A receiver is not known across ESM and CommonJS.');
try {
  loaded['@fic-webhooks/express'].ficWebhooks({ sink: 'http://example.com/fic', applicationId: 1 });
  throw new Error('A plain HTTP sink was accepted.');
} catch (error) {
  if (!(error instanceof own.FicWebhooksError) || !(error instanceof other.InvalidOptionError)) throw error;
}
`;

/**
 * Loads every entry point of the installed packages both ways.
 *
 * @param {string} folder
 * @param {readonly string[]} packages With their versions.
 * @returns {Promise<number>} How many entry points there are.
 */
export async function checkModuleSystems(folder, packages) {
  const entries = (await Promise.all(packages.map((one) => listEntries(folder, one)))).flat();
  const esm = `
import 'reflect-metadata';
import { createRequire } from 'node:module';
${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
const loaded = { ${entries.map((entry, index) => `'${entry}': entry${index}`).join(', ')} };
const other = createRequire(import.meta.url)('@fic-webhooks/core');
${body}`;
  const commonJs = `
require('reflect-metadata');
const loaded = { ${entries.map((entry) => `'${entry}': require('${entry}')`).join(', ')} };
import('@fic-webhooks/core').then((other) => {
${body}
});`;
  for (const [file, text] of Object.entries({ 'load.mjs': esm, 'load.cjs': commonJs })) {
    await writeFile(join(folder, file), text);
    await runProgram({ command: [process.execPath, file, 'loaded.db'], folder });
  }
  return entries.length;
}

/**
 * @param {string} folder
 * @param {string} nameAndVersion
 */
async function listEntries(folder, nameAndVersion) {
  const name = nameAndVersion.slice(0, nameAndVersion.lastIndexOf('@'));
  const manifest = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return Object.keys(JSON.parse(manifest).exports ?? {})
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1));
}
