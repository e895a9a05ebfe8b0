import type { ApplicationOptions } from './emulator-options.js';

/**
 * The application that an emulator knows when it is told of none. Everybody knows its access token.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({ sink, applicationId: defaultApplication.id, publicKeys: emulator.publicKey });
 * ```
 */
export const defaultApplication: Readonly<Pick<ApplicationOptions, 'id' | 'accessToken'>> = {
  id: 1234,
  accessToken: 'a/emulator',
};

/**
 * The company that `subscribe` takes when it is told of none: the one in the examples of Fatture in Cloud.
 *
 * @example
 * ```ts
 * emulator.emit({ companyId: defaultCompanyId, type: 'entities.clients.create' });
 * ```
 */
export const defaultCompanyId = 108061;
