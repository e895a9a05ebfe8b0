import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createNestApplications } from '../nest-applications.js';

export const applications = createNestApplications(() => new FastifyAdapter());
