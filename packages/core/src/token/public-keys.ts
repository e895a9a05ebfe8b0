import { platform } from '#platform';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import type { EcPublicJwk } from '../platform/platform.js';
import { isPlain } from '../receiver/after.js';
import { ficPublicKey } from './fic-public-key.js';
import { invalidKey, type PublicKeyInput, parsePublicKey } from './parse-public-key.js';

/** A key that the platform has imported. */
export type ImportedKey = Awaited<ReturnType<typeof platform.importKey>>;

/** One key or several: with a list, a token is genuine when any of them verifies it. */
export type PublicKeys = PublicKeyInput | readonly PublicKeyInput[];

/**
 * The keys to trust, or where to ask for them.
 *
 * @example
 * ```ts
 * createReceiver({ sink, applicationId, publicKeys: [ficPublicKey, announcedKey] });
 * ```
 */
export type PublicKeySource = PublicKeys | (() => PublicKeys | Promise<PublicKeys>);

/** Milliseconds after which a key function is asked again. */
const keptFor = 10 * 60_000;
/** Milliseconds for which its last answer is used while it fails: it says which keys to trust, and events must not wait for it. */
const usedFor = 24 * 60 * 60_000;
/** Milliseconds between two calls of a key function that has answered before: forgeries must not drive it. */
const renewedAtMost = 60_000;
/** Milliseconds for a key function to answer: one that hangs must not hang every later request with it. */
const answeredWithin = 5_000;

/** The trusted keys, imported once. */
export class KeyRing {
  readonly #source: (() => PublicKeys | Promise<PublicKeys>) | undefined;
  #keys: readonly ImportedKey[] | undefined;
  #loading: Promise<readonly ImportedKey[]> | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @throws InvalidOptionError `public-keys-invalid`, unless the source is a function: that is asked later. */
  constructor(source: PublicKeySource = ficPublicKey) {
    if (typeof source === 'function') {
      this.#source = source;
      return;
    }
    const imported = parseKeys(source).map(importKey);
    if (imported.every(isPlain)) this.#keys = imported;
    else this.#loading = Promise.all(imported);
    // Who asks for the keys gets the error; nobody may have asked yet.
    this.#loading?.catch(() => {});
  }

  /**
   * The keys, at once when they are at hand; the function is asked for newer ones meanwhile. Rejects when the function fails or
   * gives no usable key, and has given none for a day.
   */
  current(): readonly ImportedKey[] | Promise<readonly ImportedKey[]> {
    const age = this.#source === undefined ? 0 : performance.now() - this.#loadedAt;
    if (this.#keys === undefined || age >= usedFor) return this.#load();
    // A failure is told of when it matters: when a token comes that none of the keys verifies.
    if (age >= keptFor) this.renew()?.catch(() => {});
    return this.#keys;
  }

  /** Asks the function again because a token names us and no key verifies it; undefined when that is no use now. */
  renew(): Promise<readonly ImportedKey[]> | undefined {
    const due = this.#source !== undefined && performance.now() - this.#askedAt >= renewedAtMost;
    return due ? this.#load() : undefined;
  }

  #load(): Promise<readonly ImportedKey[]> {
    this.#loading ??= this.#ask().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading.then((keys) => {
      this.#keys = keys;
      return keys;
    });
  }

  async #ask(): Promise<readonly ImportedKey[]> {
    this.#askedAt = performance.now();
    const keys = await Promise.all(parseKeys(await inTime(this.#source)).map(importKey));
    this.#loadedAt = performance.now();
    return keys;
  }
}

async function inTime(
  source: (() => PublicKeys | Promise<PublicKeys>) | undefined,
): Promise<PublicKeys | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`publicKeys() gave nothing within ${answeredWithin} ms.`)),
      answeredWithin,
    );
  });
  try {
    return await Promise.race([source?.(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The form of a key has been checked when it comes here. What is left to go wrong is its point. */
function importKey(jwk: EcPublicJwk): ImportedKey | Promise<ImportedKey> {
  const refuse = (cause: unknown): never => {
    throw invalidKey('the key cannot be imported, as its point is not on the curve P-256', cause);
  };
  try {
    const key: ImportedKey | Promise<ImportedKey> = platform.importKey(jwk);
    return isPlain(key) ? key : key.catch(refuse);
  } catch (cause) {
    return refuse(cause);
  }
}

function parseKeys(keys: PublicKeys | undefined): readonly EcPublicJwk[] {
  const list = Array.isArray(keys) ? (keys as readonly PublicKeyInput[]) : [keys as PublicKeyInput];
  if (list.length === 0) {
    throw new InvalidOptionError(
      'public-keys-invalid',
      'publicKeys',
      'publicKeys is an empty list, so no token could be genuine. Leave the option out to trust the key that ' +
        'Fatture in Cloud publishes.',
    );
  }
  return list.map(parsePublicKey);
}
