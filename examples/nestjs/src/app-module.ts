import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyGuard } from './api-key-guard.js';
import { readConfig } from './config.js';
import { HealthController } from './health-controller.js';
import { Lifecycle } from './lifecycle.js';
import { WebhooksModule } from './webhooks-module.js';

/** The app: configuration, health routes, a guard for everything, and the webhooks. */
@Module({
  imports: [ConfigModule.forRoot({ isGlobal: true, validate: readConfig }), WebhooksModule],
  controllers: [HealthController],
  providers: [Lifecycle, { provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AppModule {}
