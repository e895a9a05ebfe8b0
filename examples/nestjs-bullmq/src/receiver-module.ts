import type { Inbox, WorkerOptions } from '@fic-webhooks/nestjs';
import { FicWebhooksModule } from '@fic-webhooks/nestjs';
import type { DynamicModule } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from './config.js';
import { InboxModule, inboxToken } from './inbox-module.js';

/** What differs between the processes. */
interface Role {
  /** Where notifications come in. Only in the web process. */
  path?: string;
  /** How to work through the inbox; false in the web process. */
  worker: WorkerOptions | false;
}

/** The receiver, with the options that both processes have in common. */
export function createReceiverModule({ path, worker }: Role): DynamicModule {
  return FicWebhooksModule.forRootAsync({
    path,
    imports: [InboxModule],
    inject: [ConfigService, inboxToken],
    useFactory: (config: ConfigService<Config, true>, inbox: Inbox) => {
      const publicKey = config.get('publicKey', { infer: true });
      return {
        sink: config.get('sink', { infer: true }),
        applicationId: config.get('applicationId', { infer: true }),
        ...(publicKey && { publicKeys: publicKey }),
        inbox,
        worker,
        onAlert: (alert) => console.error(`ALERT ${alert.code}`),
        onError: (error, { event, handler }) => console.error(`${handler} failed on ${event.id}:`, error),
      };
    },
  });
}
