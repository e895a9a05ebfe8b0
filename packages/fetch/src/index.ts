export * from '@fic-webhooks/core';
export {
  type AnswerRequest,
  createFetchHandler,
  type FetchContext,
  type FetchHandler,
} from './create-fetch-handler.js';
export { type FetchRequestOptions, toReceiverRequest, type WaitUntil } from './receiver-request.js';
export { toResponse } from './to-response.js';
