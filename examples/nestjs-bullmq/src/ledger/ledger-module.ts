import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Config } from '../config.js';
import { Ledger } from './ledger.js';
import { MemoryLedger } from './memory-ledger.js';
import { PostgresLedger } from './postgres-ledger.js';

/** The ledger: in PostgreSQL where there is one, else one for trying out. */
@Module({
  providers: [
    {
      provide: Ledger,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Config, true>): Ledger => {
        const url = config.get('databaseUrl', { infer: true });
        return url === undefined ? new MemoryLedger() : new PostgresLedger(url);
      },
    },
  ],
  exports: [Ledger],
})
export class LedgerModule {}
