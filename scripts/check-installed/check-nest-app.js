import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listens } from '../listens.js';
import { installPackages } from '../local-registry/install-packages.js';
import { runNpm } from '../local-registry/run-npm.js';
import { runProgram } from '../run-program.js';
import { waitUntil } from '../wait-until.js';
import { loadTesting } from './load-testing.js';
import { startApp } from './start-app.js';

/** What the new app has for its own tests and its style: left out, as hundreds of packages take their time. */
const notNeeded =
  /eslint|oxlint|prettier|supertest|^jest$|^ts-jest$|^ts-loader$|^ts-node$|^globals$|coverage|mau$/;

/** The module of the app, with a handler, and the module of the package. `.js` stands in for the ending of imports. */
const appModule = `
import { Injectable, Module } from '@nestjs/common';
import { FicWebhooksModule, OnFicEvent } from '@fic-webhooks/nestjs';
import type { FicEvent } from '@fic-webhooks/nestjs';
import { AppController } from './app.controller.js';
import { AppService } from './app.service.js';

@Injectable()
class Clients {
  @OnFicEvent('entities.clients.*')
  changed(event: FicEvent<'entities.clients.*'>) {
    for (const id of event.ids) console.log(\`client \${id.toFixed()}: \${event.action}\`);
  }
}

@Module({
  imports: [
    FicWebhooksModule.forRoot({
      path: 'webhooks/fic',
      sink: process.env.FIC_SINK ?? '',
      applicationId: Number(process.env.FIC_APPLICATION_ID),
      publicKeys: process.env.FIC_PUBLIC_KEY ?? '',
    }),
  ],
  controllers: [AppController],
  providers: [AppService, Clients],
})
export class AppModule {}
`;

/** Compiled and never run. */
const wrongTypes = `
import { OnFicEvent } from '@fic-webhooks/nestjs';
import type { FicEvent } from '@fic-webhooks/nestjs';

export class Wrong {
  // @ts-expect-error: the ids of a cashbook entry are texts.
  @OnFicEvent('cashbook.create')
  otherIds(event: FicEvent<'entities.clients.create'>) {
    return event.ids;
  }

  // @ts-expect-error: there is no such event.
  @OnFicEvent('entities.clients.creat')
  typo() {}
}
`;

/**
 * An app as Nest's own command makes it, with the package added: built as the app says, started, tried.
 *
 * @param {{ major: string, folder: string, registry: string, probe: string }} options `probe` is where the testing kit is
 *   installed.
 */
export async function checkNestApp({ major, folder, registry, probe }) {
  const maker = join(folder, 'maker');
  await installPackages({ folder: maker, registry, packages: [`@nestjs/cli@${major}`] });
  const nest = join(maker, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const flags = ['--skip-install', '--skip-git', '--package-manager', 'npm'];
  await runProgram({ command: [process.execPath, nest, 'new', 'app', ...flags], folder });

  const app = join(folder, 'app');
  const manifestFile = join(app, 'package.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
  for (const name of Object.keys(manifest.devDependencies)) {
    if (notNeeded.test(name)) delete manifest.devDependencies[name];
  }
  await writeFile(manifestFile, JSON.stringify(manifest));
  await installPackages({ folder: app, registry, packages: ['@fic-webhooks/nestjs'] });

  const isEsm = manifest.type === 'module';
  const adapt = (/** @type {string} */ text) => (isEsm ? text : text.replace(/(from '\.[^']*)\.js'/g, "$1'"));
  await writeFile(join(app, 'src', 'app.module.ts'), adapt(appModule));
  await writeFile(join(app, 'src', 'wrong-types.ts'), wrongTypes);
  await runNpm(['run', 'build'], app);

  const { env, conform, trigger } = loadTesting(probe);
  const started = await startApp({
    command: [process.execPath, join('dist', 'main.js')],
    folder: app,
    env: { ...env, NO_COLOR: '1' },
    ready: 'successfully started',
  });
  try {
    // Nest says so before it listens.
    await waitUntil('the app listens', () => listens(Number(new URL(started.url).port)));
    await conform(started.url);
    assert.equal(await trigger(started.url, { name: 'entities.clients.create', ids: [77] }), 204);
    await started.waitFor('client 77: create');
    // The routes of the app are still its own.
    assert.equal(await (await fetch(new URL('/', started.url))).text(), 'Hello World!');
  } finally {
    started.stop();
  }
}
