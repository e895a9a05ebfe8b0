import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { FicReceiver } from '@fic-webhooks/nestjs';
import { InjectFicReceiver } from '@fic-webhooks/nestjs';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from './config.js';
import { Lifecycle } from './lifecycle.js';

/** The health routes of the worker, which has no other HTTP: `/live` and `/ready`, as in the web process. */
@Injectable()
export class HealthServer implements OnModuleInit {
  readonly server: Server;
  readonly port: number;

  constructor(
    lifecycle: Lifecycle,
    config: ConfigService<Config, true>,
    @InjectFicReceiver() receiver: FicReceiver,
  ) {
    this.port = config.get('port', { infer: true }) ?? 3001;
    this.server = createServer(async ({ url }, response) => {
      if (url === '/live') response.writeHead(200).end('ok');
      else if (url === '/ready') {
        const health = await receiver.health();
        const ready = health.ready && health.inbox?.worker === 'running' && !lifecycle.draining;
        response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ...health, ready }));
      } else response.writeHead(404).end();
    });
  }

  /** Before the work begins: a port that is taken stops the start, and no event is in the midst of being handled then. */
  async onModuleInit(): Promise<void> {
    await once(this.server.listen(this.port), 'listening');
  }
}
