import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { FicReceiver } from '@fic-webhooks/nestjs';
import { InjectFicReceiver } from '@fic-webhooks/nestjs';
import { Injectable } from '@nestjs/common';
import type { Lifecycle } from './lifecycle.js';

/** The health routes of the worker, which has no other HTTP: `/live` and `/ready`, as in the web process. */
@Injectable()
export class HealthServer {
  readonly server: Server;

  constructor(lifecycle: Lifecycle, @InjectFicReceiver() receiver: FicReceiver) {
    this.server = createServer(async ({ url }, response) => {
      if (lifecycle.draining) response.setHeader('connection', 'close');
      const health = await receiver.health();
      const isReady = health.ready && !lifecycle.draining;
      if (url === '/live') response.writeHead(200).end('ok');
      else if (url === '/ready') response.writeHead(isReady ? 200 : 503).end(JSON.stringify(health));
      else response.writeHead(404).end();
    });
  }

  async listen(port: number): Promise<void> {
    this.server.listen(port);
    await once(this.server, 'listening');
  }
}
