import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from '../config.js';
import { isPostgres } from '../create-inbox.js';
import { Ledger } from './ledger.js';
import { MemoryLedger } from './memory-ledger.js';
import { PostgresLedger } from './postgres-ledger.js';

/** The ledger: in PostgreSQL where the inbox is there too, else one for trying out. */
@Module({
  providers: [
    {
      provide: Ledger,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>): Ledger => {
        const url = config.get('inboxUrl', { infer: true });
        return isPostgres(url) ? new PostgresLedger(url) : new MemoryLedger();
      },
    },
  ],
  exports: [Ledger],
})
export class LedgerModule {}
