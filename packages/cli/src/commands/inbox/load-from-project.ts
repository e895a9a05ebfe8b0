import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FicWebhooksError } from '@fic-webhooks/core';

/**
 * Loads a package that this command does not depend on: that of the project in which it is called, or else one that is
 * installed beside the command.
 *
 * @throws FicWebhooksError `module-missing` with what to install.
 */
export async function loadFromProject<Module>(name: string): Promise<Module> {
  const places = [pathToFileURL(join(process.cwd(), 'package.json')).href, import.meta.url];
  for (const place of places) {
    const file = find(name, place);
    if (file !== undefined) return (await import(pathToFileURL(file).href)) as Module;
  }
  throw new FicWebhooksError(
    'module-missing',
    `The package ${name} is not installed in ${process.cwd()}. Run this in the project whose inbox it is, or install it there: npm install ${name}`,
  );
}

function find(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
