import type { FicReceiver } from '@fic-webhooks/nestjs';
import { getFicReceiverToken } from '@fic-webhooks/nestjs';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from './config.js';
import { shutDownOnSignal } from './shut-down-on-signal.js';
import { start } from './start.js';
import { WebModule } from './web-module.js';

start(async () => {
  const app = await NestFactory.create<NestExpressApplication>(WebModule);
  app.disable('x-powered-by');
  const config = app.get<ConfigService<Config, true>>(ConfigService);
  const drainDelay = config.get('drainDelay', { infer: true });
  shutDownOnSignal(app, { server: app.getHttpServer(), drainDelay });
  const port = config.get('port', { infer: true }) ?? 3000;
  await app.listen(port);
  console.log(`listening on port ${port}, sink ${config.get('sink', { infer: true })}`);

  // A store that is out of reach does not stop the start: until it is back, events are answered 503, and come again.
  const { inbox } = await app.get<FicReceiver>(getFicReceiverToken()).health();
  if (inbox && 'error' in inbox) console.error(`not ready yet: ${inbox.message}`);
});
