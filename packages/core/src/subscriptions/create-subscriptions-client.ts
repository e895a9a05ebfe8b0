import type * as z from 'zod/mini';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { changeAnswer, getAnswer, listAnswer, toResult, toSubscription } from './api/answer-shapes.js';
import { ApiConnection } from './api/api-connection.js';
import { buildBody } from './api/build-body.js';
import { isOutcomeUnknown } from './api/retry-policy.js';
import type { SubscriptionsClientOptions } from './client-options.js';
import { ensureSubscription } from './ensure/ensure-subscription.js';
import { SubscriptionsMemory } from './ensure/subscriptions-memory.js';
import { checkInput } from './input/check-input.js';
import { changeShape, newSubscriptionShape, verifyShape } from './input/input-shapes.js';
import { resolveClientOptions } from './input/resolve-client-options.js';
import type { SubscriptionsClient } from './subscriptions-client.js';

/**
 * Makes a client of the Subscriptions API, for one company.
 *
 * @throws InvalidOptionError `option-invalid` or `option-unknown`, naming the option.
 *
 * @example
 * ```ts
 * const client = createSubscriptionsClient({ companyId: 108061, accessToken: () => readToken() });
 * const report = await client.ensure({ sink: 'https://example.com/webhooks/fic', types: ['entities.*'] });
 * console.log(report.status);
 * ```
 */
export function createSubscriptionsClient(options: SubscriptionsClientOptions): SubscriptionsClient {
  const { companyId, allowHttp, ...connectionOptions } = resolveClientOptions(options);
  const { clock, retries, onRetry, signal: clientSignal } = connectionOptions;
  const connection = new ApiConnection(connectionOptions);
  const memory = new SubscriptionsMemory();
  const listPath = `/c/${companyId}/subscriptions`;

  const noteVerification = (id: string, isFirst: boolean) =>
    memory.noteVerification(id, { now: clock.now(), isFirst });

  const client: Omit<SubscriptionsClient, 'ensure'> = {
    companyId,
    get rateLimit() {
      return connection.rateLimit;
    },

    async list({ signal } = {}) {
      const { data } = await connection.fetchJson({ method: 'GET', path: listPath }, listAnswer, signal);
      return (data ?? []).map(toSubscription);
    },

    async get(id, { signal } = {}) {
      const call = { method: 'GET', path: singlePath(listPath, id) } as const;
      const { data } = await connection.fetchJson(call, getAnswer, signal);
      return toSubscription(data);
    },

    async create(wanted, { signal } = {}) {
      const body = buildBody(check(newSubscriptionShape, wanted, 'a new subscription'));
      const call = { method: 'POST', path: listPath, body, types: body.data.types } as const;
      const result = toResult(await connection.fetchJson(call, changeAnswer, signal));
      noteVerification(result.subscription.id, true);
      return result;
    },

    async modify(id, change, { signal } = {}) {
      const path = singlePath(listPath, id);
      const body = buildBody(check(changeShape, change, 'a change'));
      const call = { method: 'PUT', path, body, types: body.data.types } as const;
      const result = toResult(await connection.fetchJson(call, changeAnswer, signal));
      if (change.sink !== undefined && !result.subscription.verified) noteVerification(id, true);
      return result;
    },

    async delete(id, { signal } = {}) {
      await connection.send({ method: 'DELETE', path: singlePath(listPath, id) }, signal);
      memory.forget(id);
    },

    async verify(id, verifyOptions = {}) {
      const path = `${singlePath(listPath, id)}/verify`;
      const { verificationMethod, signal } = check(verifyShape, verifyOptions, 'verify');
      // The service does not remember the method of earlier requests.
      const body = { data: { verification_method: verificationMethod ?? 'header' } };
      try {
        await connection.send({ method: 'POST', path, body }, signal);
      } catch (error) {
        if (isOutcomeUnknown(error)) noteVerification(id, false);
        throw error;
      }
      noteVerification(id, false);
    },
  };
  // Not spread: `rateLimit` is read anew each time.
  return Object.assign(client, {
    ensure: (ensureOptions: Parameters<SubscriptionsClient['ensure']>[0]) =>
      ensureSubscription(
        { client, memory, clock, retries, onRetry, allowHttp, signal: clientSignal },
        ensureOptions,
      ),
  });
}

function check<Shape extends z.ZodMiniObject>(
  shape: Shape,
  input: unknown,
  subject: string,
): z.output<Shape> {
  return checkInput(shape, input, { names: Object.keys(shape.shape), subject });
}

/** The path of one subscription. An id that is no id could make it the path of something else. */
function singlePath(listPath: string, id: string): string {
  if (typeof id === 'string' && /^[\w-]{1,100}$/.test(id)) return `${listPath}/${id}`;
  throw new InvalidOptionError(
    'option-invalid',
    'id',
    `${JSON.stringify(id)} is no id of a subscription. It is a text such as SUB230: list() shows those there are.`,
  );
}
