import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.js';

/** Some of what entry points must have. Of the others it is only asked that they have something. */
const wanted = {
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
  '@fic-webhooks/testing': ['signNotification', 'runConformance', 'runStoreConformance'],
};

/** Each program loads all, then throws an error that its own and the other copy of the class must recognise. */
const body = `
for (const [entry, exported] of Object.entries(loaded)) {
  if (Object.keys(exported).length === 0) throw new Error(entry + ' exports nothing.');
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
    await runProgram({ command: [process.execPath, file], folder });
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
