import type { FastifyInstance, FastifyRequest, HTTPMethods, RouteOptions } from 'fastify';

/**
 * Lets the routes for POST that a scope gets from now on see all methods, but for those that have a route already. The
 * receiver answers them: Fatture in Cloud verifies the URL with a GET, and loses the subscription on a 404.
 *
 * @returns Warns, once per path, of a request whose route was there before.
 */
export function answerAllMethods(scope: FastifyInstance): (request: FastifyRequest) => void {
  const checked = new Set<string>();
  const isFree = ({ url, constraints = {} }: RouteOptions, method: string) =>
    !scope.hasRoute({ url, method: method as HTTPMethods, constraints });

  scope.addHook('onRoute', (route) => {
    const declared: readonly string[] = [route.method].flat();
    if (!declared.includes('POST')) return;
    const others = scope.supportedMethods.filter((method) => !declared.includes(method));
    route.method = [...declared, ...others.filter((method) => isFree(route, method))] as HTTPMethods[];
  });

  return ({ routeOptions: { url = '', method } }) => {
    if (checked.has(url)) return;
    checked.add(url);
    if ([method].flat().includes('GET') || scope.hasRoute({ url, method: 'GET' })) return;
    process.emitWarning(
      `${url} has no route for GET, and Fatture in Cloud verifies its URL with a GET: it will not be verified. ` +
        'Likely cause: the route was added before verifyFicWebhook had run. Cure: await ' +
        'scope.register(verifyFicWebhook, …), then add the route; or add it with scope.all.',
      { type: 'FicWebhooksWarning' },
    );
  };
}
