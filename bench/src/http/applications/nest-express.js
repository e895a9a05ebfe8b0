import { ExpressAdapter } from '@nestjs/platform-express';
import { createNestApplications } from '../nest-applications.js';

export const applications = createNestApplications(() => new ExpressAdapter());
