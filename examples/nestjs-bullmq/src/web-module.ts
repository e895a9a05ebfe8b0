import { Module } from '@nestjs/common';
import { AppConfigModule } from './app-config-module.js';
import { HealthController } from './health-controller.js';
import { Lifecycle } from './lifecycle.js';
import { createReceiverModule } from './receiver-module.js';

/** Verifies and stores. It needs no handlers: every event is stored, whatever handlers there are. */
@Module({
  imports: [AppConfigModule, createReceiverModule({ path: 'webhooks/fic', worker: false })],
  controllers: [HealthController],
  providers: [Lifecycle],
})
export class WebModule {}
