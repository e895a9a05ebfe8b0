import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/**
 * Calls back with the HTTP adapter: at once where the app has one, and as soon as it gets one in
 * `Test.createTestingModule`, which makes the providers first. Never in an application context without HTTP.
 */
export function whenAdapterIsSet(
  host: HttpAdapterHost,
  callback: (adapter: AbstractHttpAdapter) => void,
): void {
  if (host.httpAdapter) {
    callback(host.httpAdapter);
    return;
  }
  // Absent in Nest 10: there the assignment itself is watched.
  const set = host.init$ as HttpAdapterHost['init$'] | undefined;
  if (set !== undefined) {
    set.subscribe(() => {
      if (host.httpAdapter) callback(host.httpAdapter);
    });
    return;
  }
  Object.defineProperty(host, 'httpAdapter', {
    configurable: true,
    get: () => undefined,
    set(adapter: AbstractHttpAdapter) {
      Reflect.deleteProperty(host, 'httpAdapter');
      host.httpAdapter = adapter;
      callback(adapter);
    },
  });
}
