import { NestFactory } from '@nestjs/core';
import { HealthServer } from './health-server.js';
import { shutDownOnSignal } from './shut-down-on-signal.js';
import { start } from './start.js';
import { WorkerModule } from './worker-module.js';

start(async () => {
  // The work begins in here, when all handlers are there.
  const app = await NestFactory.createApplicationContext(WorkerModule);
  const { server, port } = app.get(HealthServer);
  // Nobody sends notifications here, so no load balancer has to notice.
  shutDownOnSignal(app, { server, drainDelay: 0 });
  console.log(`working, health routes listening on port ${port}`);
});
