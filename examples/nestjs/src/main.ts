import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app-module.js';
import type { Config } from './config.js';
import { shutDownOnSignal } from './shut-down-on-signal.js';

const app = await NestFactory.create<NestExpressApplication>(AppModule);
app.disable('x-powered-by');

const config = app.get<ConfigService<Config, true>>(ConfigService);
shutDownOnSignal(app, config.get('drainDelay', { infer: true }));
const port = config.get('port', { infer: true });
await app.listen(port);
console.log(`listening on port ${port}, sink ${config.get('sink', { infer: true })}`);
