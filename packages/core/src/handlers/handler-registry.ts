import { FicWebhooksError } from '../errors/fic-webhooks-error.js';
import { matchEventNames } from '../events/event-pattern.js';
import type { FicEvent } from '../events/fic-event.js';
import { isKnownEvent } from '../events/parse-notification.js';
import { isUnlisted, type UnlistedEvent } from '../events/unlisted.js';
import type { FicEventHandler } from './event-handler.js';

/** Half characters and control characters: not every store gives a name with them back as it was. */
const unkept = /[\p{Cs}\p{Cc}]/u;

/** One handler and what it is for. */
export interface Registration {
  readonly name: string;
  readonly handler: FicEventHandler;
  /** The names it is for; undefined for `'*'`, which is everything. */
  readonly names: ReadonlySet<string> | undefined;
}

/** Options of {@link HandlerRegistry}. */
export interface HandlerRegistryOptions {
  /** Refuse a name that is taken: an inbox remembers by their names which handlers have succeeded. */
  readonly uniqueNames: boolean;
}

/** Which handlers an event goes to. */
export class HandlerRegistry {
  readonly #uniqueNames: boolean;
  readonly #registrations: Registration[] = [];
  /** Listed names only, so that nothing a sender writes can make it grow. */
  readonly #byName = new Map<string, readonly Registration[]>();

  constructor({ uniqueNames }: HandlerRegistryOptions) {
    this.#uniqueNames = uniqueNames;
  }

  get isEmpty(): boolean {
    return this.#registrations.length === 0;
  }

  /**
   * @throws FicWebhooksError `event-name-unknown` when a pattern matches nothing, `handler-invalid` when the handler is
   * no function, the list is empty or the name is no text that every store keeps, `handler-duplicate` when its name is
   * taken and must not be.
   */
  add(
    patterns: string | UnlistedEvent | readonly (string | UnlistedEvent)[],
    handler: unknown,
    name?: string,
  ): void {
    const list = isList(patterns) ? patterns : [patterns];
    const label = name ?? list.map(labelOf).join(', ');
    if (typeof label !== 'string' || unkept.test(label)) {
      throw new FicWebhooksError(
        'handler-invalid',
        `The name of a handler is ${typeof label === 'string' ? JSON.stringify(label) : `of the type ${typeof label}`}. An ` +
          "inbox remembers by it which handlers have succeeded. Give a text without control characters, such as 'search-index'.",
      );
    }
    if (typeof handler !== 'function') {
      throw new FicWebhooksError(
        'handler-invalid',
        `The handler of '${label}' is not a function but ${typeof handler}.`,
      );
    }
    if (list.length === 0) {
      throw new FicWebhooksError(
        'handler-invalid',
        'on() was given an empty list, so the handler would never run.',
      );
    }
    // Beside '*' too every entry is looked at: a typo must not hide there.
    const names = new Set(list.flatMap(namesOf));
    const everything = list.includes('*');
    this.#refuseTaken(label);
    this.#registrations.push({
      name: label,
      handler: handler as FicEventHandler,
      names: everything ? undefined : names,
    });
    this.#byName.clear();
  }

  #refuseTaken(label: string): void {
    if (!this.#uniqueNames || !this.#registrations.some(({ name }) => name === label)) return;
    throw new FicWebhooksError(
      'handler-duplicate',
      `There are two handlers with the name '${label}'. The inbox remembers by the name which handlers have ` +
        'succeeded, so each needs one of its own, that stays the same from version to version: ' +
        `on('${label}', handler, { name: 'search-index' }).`,
    );
  }

  /** The registrations that match, in the order in which they were made. */
  find(event: FicEvent): readonly Registration[] {
    if (!isKnownEvent(event)) {
      // Another subject than a company makes any event unknown: only '*' gets it.
      return this.#registrations.filter(
        ({ names }) =>
          names === undefined ||
          (event.companyId !== undefined && isUnlisted(event.name) && names.has(event.name)),
      );
    }
    let found = this.#byName.get(event.name);
    if (found === undefined) {
      found = this.#registrations.filter(({ names }) => names === undefined || names.has(event.name));
      this.#byName.set(event.name, found);
    }
    return found;
  }
}

function isList(value: unknown): value is readonly (string | UnlistedEvent)[] {
  return Array.isArray(value);
}

function labelOf(pattern: string | UnlistedEvent): string {
  return isUnlistedEvent(pattern) ? pattern.unlisted : String(pattern);
}

function namesOf(pattern: string | UnlistedEvent): readonly string[] {
  return isUnlistedEvent(pattern) ? [pattern.unlisted] : matchEventNames(String(pattern));
}

function isUnlistedEvent(pattern: unknown): pattern is UnlistedEvent {
  return (
    typeof pattern === 'object' && pattern !== null && typeof Reflect.get(pattern, 'unlisted') === 'string'
  );
}
