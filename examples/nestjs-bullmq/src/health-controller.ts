import type { FicReceiver } from '@fic-webhooks/nestjs';
import { InjectFicReceiver } from '@fic-webhooks/nestjs';
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

/** `/live` for liveness, `/ready` for traffic. */
@Controller()
export class HealthController {
  constructor(
    private readonly lifecycle: Lifecycle,
    @InjectFicReceiver() private readonly receiver: FicReceiver,
  ) {}

  @Get('live')
  live(): string {
    return 'ok';
  }

  @Get('ready')
  async ready() {
    const health = await this.receiver.health();
    if (health.ready && !this.lifecycle.draining) return health;
    throw new ServiceUnavailableException({ ...health, ready: false });
  }
}
