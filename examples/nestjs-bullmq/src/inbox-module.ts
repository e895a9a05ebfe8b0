import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from './config.js';
import { createInbox } from './create-inbox.js';

/** Injects the inbox. */
export const inboxToken = Symbol('inbox');

/** The inbox that both processes share. The receiver closes it. */
@Module({
  providers: [
    {
      provide: inboxToken,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>) =>
        createInbox(config.get('inboxUrl', { infer: true })),
    },
  ],
  exports: [inboxToken],
})
export class InboxModule {}
