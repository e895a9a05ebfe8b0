import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ControlError } from './control-error.js';

/** The inspector page, from the folder that its build writes. */
export async function addPageRoutes(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, { serve: false, dotfiles: 'ignore' });

  server.get('/', { prefixTrailingSlash: 'no-slash' }, async (_request, reply) =>
    reply.redirect(`${server.prefix}/`, 308),
  );

  server.get('/', { prefixTrailingSlash: 'slash' }, async (_request, reply) => {
    if (!existsSync(join(folder, 'index.html'))) throw notBuilt(folder);
    return reply.sendFile('index.html', folder, { cacheControl: false });
  });

  // Their names hold a hash of what is in them.
  server.get<{ Params: { '*': string } }>('/assets/*', async ({ params }, reply) =>
    reply.sendFile(params['*'], join(folder, 'assets'), { maxAge: '365d', immutable: true }),
  );
}

function notBuilt(folder: string): ControlError {
  return new ControlError({
    status: 503,
    code: 'page-not-built',
    message: `The inspector page is not in ${folder}. Build it: npx turbo run build --filter=@fic-webhooks/emulator. The calls under /_emulator/ work without it.`,
  });
}
