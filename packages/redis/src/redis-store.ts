import { randomUUID } from 'node:crypto';
import {
  type ClaimRequest,
  type ClaimResult,
  FicWebhooksError,
  type IdempotencyStore,
} from '@fic-webhooks/core';
import { RedisConnection } from './redis-connection.js';
import type { RedisStoreOptions } from './redis-store-options.js';
import { resolveOptions } from './resolve-options.js';
import {
  afterlife,
  claimScript,
  completeScript,
  extendScript,
  releaseScript,
  type Script,
} from './scripts.js';
import { warnOfEviction } from './warn-of-eviction.js';

/**
 * An idempotency store in Redis, shared by all processes that use the same Redis and prefix: of them all one handles an
 * event.
 *
 * Every method is one script on one key, atomic in Redis and on its clock, and takes one round trip. It ends within
 * `answerWithin`, with an error when Redis cannot be used: the receiver answers 503 then, and the event comes again. The
 * store connects at the first claim, and again by itself.
 *
 * It is a memory of what has been handled and never holds an event. What Redis loses is handled twice, not lost: so
 * nothing about its persistence is demanded, and eviction is warned of once.
 *
 * @throws InvalidOptionError `option-invalid` or `option-unknown`, naming the option. Its methods reject with
 * FicWebhooksError `store-unreachable`, and `store-full` when Redis is out of memory.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({
 *   sink,
 *   applicationId,
 *   idempotency: redisStore({ connection: 'redis://localhost:6379' }),
 * });
 * ```
 */
export function redisStore(options: RedisStoreOptions): IdempotencyStore {
  const { connection: where, prefix, answerWithin, logger } = resolveOptions(options);
  const connection = new RedisConnection(where);
  let looked = false;

  /** Once, behind the first command. That it fails has no consequence, so nobody is told. */
  function lookAtSettings(): void {
    if (looked || logger === undefined) return;
    looked = true;
    warnOfEviction(connection, logger).catch(() => {});
  }

  async function change(script: Script, key: string, ...args: (string | number)[]): Promise<boolean> {
    return (await connection.run({ script, key: prefix + key, args, within: answerWithin })) === 1;
  }

  return {
    async claim(key: string, { owner, lease, fingerprint }: ClaimRequest): Promise<ClaimResult> {
      // Made here, so that it is known even when the answer gets lost.
      const token = randomUUID();
      const release = () => {
        // Behind the claim on the same connection, so it undoes a claim that is made late. The lease ends it anyway.
        const call = { script: releaseScript, key: prefix + key, args: [token], within: lease };
        connection.run(call).catch(() => {});
      };
      const answer = await connection.run({
        script: claimScript,
        key: prefix + key,
        args: [token, fingerprint, owner, milliseconds(lease) + afterlife, afterlife],
        within: answerWithin,
        onUncertain: release,
      });
      lookAtSettings();
      return readClaim(answer, token);
    },
    extend: (key, token, lease) => change(extendScript, key, token, milliseconds(lease) + afterlife),
    complete: (key, token, retention) => change(completeScript, key, token, milliseconds(retention)),
    release: (key, token) => change(releaseScript, key, token),
    close: () => connection.close(),
  };
}

function readClaim(answer: unknown, token: string): ClaimResult {
  const [state, fingerprint] = Array.isArray(answer) ? (answer as readonly unknown[]) : [];
  if (state === 'claimed') return { state, token };
  if (state === 'busy') return { state };
  if (state === 'done' && typeof fingerprint === 'string') return { state, fingerprint };
  throw new FicWebhooksError(
    'store-unreachable',
    'Redis gave something else than the script returns. Something in between changes answers, or the client that was ' +
      'given has options that do (replyMapping, transformers): give the store a connection of its own.',
  );
}

/** Redis takes whole milliseconds only. */
function milliseconds(span: number): number {
  return Math.ceil(span);
}
