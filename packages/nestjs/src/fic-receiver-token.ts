import { Inject } from '@nestjs/common';

/** The name of an endpoint that was given none. */
export const defaultReceiver = 'default';

/**
 * The injection token of a receiver. For tests and dynamic providers; in classes `@InjectFicReceiver()` is shorter.
 *
 * @param name - The `name` of its `forRoot`. Default: the endpoint without a name.
 *
 * @example
 * ```ts
 * const receiver = app.get<FicReceiver>(getFicReceiverToken());
 * ```
 */
export function getFicReceiverToken(name: string = defaultReceiver): symbol {
  // Registered, so that a CommonJS and an ES module copy of this package give the same one.
  return Symbol.for(`@fic-webhooks/receiver:${name}`);
}

/**
 * Injects a receiver into a constructor parameter or a property: to ask for its health, to register handlers by hand,
 * to close it.
 *
 * @param name - The `name` of its `forRoot`. Default: the endpoint without a name.
 *
 * @example
 * ```ts
 * class ReadyController {
 *   constructor(@InjectFicReceiver() private readonly receiver: FicReceiver) {}
 * }
 * ```
 */
export function InjectFicReceiver(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getFicReceiverToken(name));
}
