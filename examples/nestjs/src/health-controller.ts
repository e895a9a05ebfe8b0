import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Public } from './api-key-guard.js';
import { Lifecycle } from './lifecycle.js';

/** `/live` for liveness, `/ready` for traffic. */
@Public()
@Controller()
export class HealthController {
  constructor(private readonly lifecycle: Lifecycle) {}

  @Get('live')
  live(): string {
    return 'ok';
  }

  @Get('ready')
  ready(): string {
    if (this.lifecycle.draining) throw new ServiceUnavailableException('draining');
    return 'ok';
  }
}
