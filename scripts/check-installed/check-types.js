import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const source = `
import { createReceiver, type FicEvent, memoryStore } from '@fic-webhooks/core';
import { findEventType } from '@fic-webhooks/core/catalogue';
import { decodeCloudEvent, toCloudEvent } from '@fic-webhooks/core/cloudevents';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { type Emulator, type EmulatorOptions, startEmulator } from '@fic-webhooks/emulator';
import { ficWebhooks, getFicEvent, verifyFicWebhook } from '@fic-webhooks/express';
import { runConformance, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import express = require('express');

const receiver = createReceiver({
  sink: 'https://example.com/webhooks/fic',
  applicationId: 1234,
  idempotency: memoryStore({ maxKeys: 10 }),
  handlers: { 'cashbook.*': (event) => event.ids.map((id) => id.toUpperCase()) },
});
receiver.on('entities.*.delete', (event: FicEvent<'entities.*.delete'>, { signal }) => {
  const name: 'entities.clients.delete' | 'entities.suppliers.delete' = event.name;
  const ids: readonly number[] = event.ids;
  return [name, ids, toCloudEvent(event).data, signal.aborted];
});
// @ts-expect-error: a typo does not compile.
receiver.on('entities.clients.creat', () => {});

const app = express();
app.use('/webhooks/fic', ficWebhooks(receiver));
app.all('/custom', verifyFicWebhook(receiver), (req, res) => {
  res.json(getFicEvent(req).ids);
});
export const handler = createNodeHandler(receiver);
export const scopes: readonly string[] | undefined = findEventType('entities.clients.create')?.scopes;
export const decoded: boolean = decodeCloudEvent({ headers: [] }).ok;
export const signed: string = signNotification({}, { privateKey: '', sink: '' }).body;
const emulatorOptions: EmulatorOptions = { clock: 'manual', behaviour: { onTimeout: 'retried' } };
export const emulator: Promise<Emulator> = startEmulator(emulatorOptions);
export const results = runConformance({ sink: '', privateKey: '', send: sendOverHttp('http://localhost/') });
`;
const esmSource = source.replace("import express = require('express')", "import express from 'express'");

/** The ways in which compilers and bundlers find declarations. */
const settings = [
  {
    title: 'nodenext, ESM',
    file: 'types.mts',
    text: esmSource,
    module: 'nodenext',
    moduleResolution: 'nodenext',
  },
  {
    title: 'nodenext, CommonJS',
    file: 'types.cts',
    text: source,
    module: 'nodenext',
    moduleResolution: 'nodenext',
  },
  { title: 'bundler', file: 'bundler.ts', text: esmSource, module: 'esnext', moduleResolution: 'bundler' },
  { title: 'node10', file: 'node10.ts', text: source, module: 'commonjs', moduleResolution: 'node10' },
];

/**
 * Compiles a program against the installed declarations. Errors in it and in our declarations count, those of others do not.
 *
 * @param {string} folder
 */
export async function checkTypes(folder) {
  for (const { title, file, text, module, moduleResolution } of settings) {
    const path = join(folder, file);
    await writeFile(path, text);
    const { options, errors } = ts.convertCompilerOptionsFromJson(
      { module, moduleResolution, target: 'es2022', strict: true, noEmit: true, types: ['node'] },
      folder,
    );
    const program = ts.createProgram([path], { ...options, esModuleInterop: true });
    const wrong = [...errors, ...ts.getPreEmitDiagnostics(program)].filter(
      (one) =>
        one.file === undefined || one.file.fileName === path || one.file.fileName.includes('@fic-webhooks'),
    );
    if (wrong.length === 0) continue;
    const host = {
      getCurrentDirectory: () => folder,
      getCanonicalFileName: (/** @type {string} */ name) => name,
      getNewLine: () => '\n',
    };
    throw new Error(`Types are wrong under ${title}:\n${ts.formatDiagnostics(wrong, host)}`);
  }
}
