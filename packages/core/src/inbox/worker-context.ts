import type { InboxDelivery } from '../handlers/event-handler.js';
import { HandlerContext } from '../handlers/handler-context.js';
import type { Logger } from '../receiver/logger.js';
import type { InboxItem } from './inbox.js';

/** The context of one run of one handler for a stored event. */
export class WorkerContext extends HandlerContext {
  override readonly attempt: number;
  readonly delivery: InboxDelivery;

  constructor({ key, token, attempt, receivedAt }: InboxItem, handler: string, logger: Logger) {
    super(logger, receivedAt);
    this.attempt = attempt;
    this.delivery = Object.freeze({ key, handler, token });
  }
}
