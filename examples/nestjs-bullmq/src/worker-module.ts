import { Module } from '@nestjs/common';
import { AppConfigModule } from './app-config-module.js';
import { Clients } from './clients.js';
import { HealthServer } from './health-server.js';
import { Invoices } from './invoices.js';
import { LedgerModule } from './ledger/ledger-module.js';
import { Lifecycle } from './lifecycle.js';
import { createReceiverModule } from './receiver-module.js';
import { Subscriptions } from './subscriptions.js';

/** Handles what the web process has stored. No path: nothing comes in here. */
@Module({
  imports: [AppConfigModule, createReceiverModule({ worker: { concurrency: 8 } }), LedgerModule],
  providers: [Clients, Invoices, Subscriptions, Lifecycle, HealthServer],
})
export class WorkerModule {}
