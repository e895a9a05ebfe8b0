import type { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { readController } from './fic-webhooks-controller.js';

/** Where a controller with `@FicWebhooksController` stands. */
export interface ControllerRoute {
  /** The path of its module, where `RouterModule` gives it one, and its own. */
  readonly path: readonly string[];
  /** For errors. */
  readonly owner: string;
  readonly hasHost: boolean;
}

/** The routes of all controllers with `@FicWebhooksController`. */
export function findControllerRoutes(
  discovery: DiscoveryService,
  modules: ModulesContainer,
): readonly ControllerRoute[] {
  return discovery.getControllers().flatMap(({ metatype, host }) => {
    const metadata = typeof metatype === 'function' ? readController(metatype) : undefined;
    if (metadata === undefined) return [];
    const parent = host === undefined ? '' : readModulePath(host.metatype, modules);
    const { path, hasHost } = metadata;
    return [{ path: [parent, path], hasHost, owner: `the controller ${metatype?.name}` }];
  });
}

/**
 * What `RouterModule.register` put before the controllers of a module. Nest keeps it as metadata under these keys.
 *
 * @see https://docs.nestjs.com/recipes/router-module
 */
function readModulePath(module: object, modules: ModulesContainer): string {
  const key = '__module_path__';
  return Reflect.getMetadata(key + modules.applicationId, module) ?? Reflect.getMetadata(key, module) ?? '';
}
