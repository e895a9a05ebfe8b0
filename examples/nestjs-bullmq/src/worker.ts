import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { Config } from './config.js';
import { HealthServer } from './health-server.js';
import { shutDownOnSignal } from './shut-down-on-signal.js';
import { WorkerModule } from './worker-module.js';

// The work begins in here, when all handlers are there.
const app = await NestFactory.createApplicationContext(WorkerModule);
const health = app.get(HealthServer);
// Nobody sends notifications here, so no load balancer has to notice.
shutDownOnSignal(app, { server: health.server, drainDelay: 0 });
const config = app.get<ConfigService<Config, true>>(ConfigService);
const port = config.get('port', { infer: true }) ?? 3001;
await health.listen(port);
console.log(`working, health routes listening on port ${port}`);
