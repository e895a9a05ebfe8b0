import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const names = {
  '@fic-webhooks/core': ['createReceiver', 'memoryStore', 'FicWebhooksError'],
  '@fic-webhooks/core/catalogue': ['eventCatalogue', 'findEventType'],
  '@fic-webhooks/core/cloudevents': ['decodeCloudEvent', 'encodeCloudEvent', 'toCloudEvent'],
  '@fic-webhooks/core/node': ['createNodeHandler', 'toReceiverRequest'],
  '@fic-webhooks/emulator': ['startEmulator', 'EmulatorError', 'worstBehaviour', 'faultNames'],
  '@fic-webhooks/express': ['ficWebhooks', 'verifyFicWebhook', 'getFicEvent', 'createReceiver'],
  '@fic-webhooks/testing': ['signNotification', 'runConformance', 'runStoreConformance'],
};

/** Each program loads all, then throws an error that its own and the other copy of the class must recognise. */
const body = `
for (const [entry, wanted] of Object.entries(${JSON.stringify(names)})) {
  for (const name of wanted) if (loaded[entry][name] === undefined) throw new Error(entry + ' has no ' + name);
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

const entries = Object.keys(names);

const esm = `
import { createRequire } from 'node:module';
${entries.map((entry, index) => `import * as entry${index} from '${entry}';`).join('\n')}
const loaded = { ${entries.map((entry, index) => `'${entry}': entry${index}`).join(', ')} };
const other = createRequire(import.meta.url)('@fic-webhooks/core');
${body}`;

const commonJs = `
const loaded = { ${entries.map((entry) => `'${entry}': require('${entry}')`).join(', ')} };
import('@fic-webhooks/core').then((other) => {
${body}
});`;

/**
 * Loads every entry point of the installed packages both ways.
 *
 * @param {string} folder
 */
export async function checkModuleSystems(folder) {
  for (const [file, text] of Object.entries({ 'load.mjs': esm, 'load.cjs': commonJs })) {
    await writeFile(join(folder, file), text);
    await run(process.execPath, [join(folder, file)]);
  }
}
