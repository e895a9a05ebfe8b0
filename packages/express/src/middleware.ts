import type { ServerResponse } from 'node:http';
import type { NodeRequest } from '@fic-webhooks/core/node';

// Structural on purpose: they fit the types of Express 4 and 5 alike, and need neither.

/** Calls the next middleware, or with an error the next error handler. */
export type Next = (error?: unknown) => void;

/** An ordinary middleware. */
export type Middleware = (request: NodeRequest, response: ServerResponse, next: Next) => void;

/** A middleware that Express calls when an earlier one failed: it is known by its four parameters. */
export type ErrorMiddleware = (
  error: unknown,
  request: NodeRequest,
  response: ServerResponse,
  next: Next,
) => void;

/**
 * The two middlewares of `verifyFicWebhook`, in an array as Express takes them.
 *
 * The type is that of one middleware too, which the value is not: after an array the types of Express leave the
 * parameters of a following handler untyped, which is an error in strict TypeScript. Hand it to Express and do not call
 * it.
 */
export type VerifyMiddleware = Middleware & readonly [Middleware, ErrorMiddleware];
