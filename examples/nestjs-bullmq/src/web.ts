import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from './config.js';
import { shutDownOnSignal } from './shut-down-on-signal.js';
import { WebModule } from './web-module.js';

const app = await NestFactory.create<NestExpressApplication>(WebModule);
app.disable('x-powered-by');
const config = app.get<ConfigService<Config, true>>(ConfigService);
shutDownOnSignal(app, { server: app.getHttpServer(), drainDelay: config.get('drainDelay', { infer: true }) });
const port = config.get('port', { infer: true }) ?? 3000;
await app.listen(port);
console.log(`listening on port ${port}, sink ${config.get('sink', { infer: true })}`);
