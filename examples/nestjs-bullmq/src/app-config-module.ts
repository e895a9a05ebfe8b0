import { Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { readConfig } from './config.js';

/** The configuration, the same for both processes. */
@Module({ imports: [ConfigModule.forRoot({ isGlobal: true, validate: readConfig })] })
export class AppConfigModule {}
