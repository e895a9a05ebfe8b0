import { bullmqInbox } from '@fic-webhooks/bullmq';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from './config.js';

/** Injects the inbox. */
export const inboxToken = Symbol('inbox');

/**
 * The inbox that both processes share, on Redis or PostgreSQL: its URL says which, and nothing else here knows. The receiver
 * closes it.
 */
@Module({
  providers: [
    {
      provide: inboxToken,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>) =>
        bullmqInbox({ connection: config.get('inboxUrl', { infer: true }) }),
    },
  ],
  exports: [inboxToken],
})
export class InboxModule {}
