interface Entry {
  readonly key: string;
  readonly fingerprint: string;
  kind: 'claim' | 'done';
  token: string | undefined;
  until: number;
  /** When it was claimed, counted in claims. */
  readonly claimed: number;
  /** When it was completed, counted in completions. */
  order: number;
}

type ModelClaim =
  | { state: 'claimed' }
  | { state: 'busy' }
  | { state: 'done'; fingerprint: string }
  | { state: 'full' };

/** The memory store as a plain list, too slow to be anything but right. */
export class StoreModel {
  now = 0;
  readonly #maxKeys: number;
  #entries: Entry[] = [];
  #claims = 0;
  #completions = 0;
  /** What happened that no answer tells. */
  readonly seen = new Set<string>();

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  claim(key: string, fingerprint: string, lease: number): ModelClaim {
    const present = this.#find(key);
    if (present !== undefined && present.until > this.now) {
      return present.kind === 'done'
        ? { state: 'done', fingerprint: present.fingerprint }
        : { state: 'busy' };
    }
    if (present !== undefined) this.#remove(present);
    if (this.#entries.length >= this.#maxKeys && !this.#makeRoom()) return { state: 'full' };
    const until = this.now + lease;
    this.#entries.push({
      key,
      fingerprint,
      kind: 'claim',
      token: undefined,
      until,
      claimed: ++this.#claims,
      order: 0,
    });
    return { state: 'claimed' };
  }

  /** Tells the token of the claim just made. */
  give(key: string, token: string): void {
    const entry = this.#find(key);
    if (entry !== undefined) entry.token = token;
  }

  extend(key: string, token: string, lease: number): boolean {
    const entry = this.#findOwn(key, token);
    if (entry !== undefined) entry.until = this.now + lease;
    return entry !== undefined;
  }

  complete(key: string, token: string, retention: number): boolean {
    const entry = this.#findOwn(key, token);
    if (entry === undefined) return false;
    Object.assign(entry, {
      kind: 'done',
      token: undefined,
      until: this.now + retention,
      order: ++this.#completions,
    });
    return true;
  }

  release(key: string, token: string): boolean {
    const entry = this.#findOwn(key, token);
    if (entry !== undefined) this.#remove(entry);
    return entry !== undefined;
  }

  /** What was handled first goes; without such a key, the claim made first of those whose lease is over. */
  #makeRoom(): boolean {
    const handled = this.#entries.filter(({ kind }) => kind === 'done');
    const [oldest] = handled.sort((a, b) => a.order - b.order);
    const lapsed = this.#entries.find(({ until }) => until <= this.now);
    if (oldest !== undefined) {
      this.seen.add('evicted');
      if (handled.some(({ claimed }) => claimed < oldest.claimed)) {
        this.seen.add('evicted one that was not claimed first');
      }
    }
    const leaving = oldest ?? lapsed;
    if (leaving !== undefined) this.#remove(leaving);
    return leaving !== undefined;
  }

  #find(key: string): Entry | undefined {
    return this.#entries.find((entry) => entry.key === key);
  }

  /** A claim past its lease still belongs to its maker until somebody else takes the key. */
  #findOwn(key: string, token: string): Entry | undefined {
    return this.#entries.find(
      (entry) => entry.kind === 'claim' && entry.key === key && entry.token === token,
    );
  }

  #remove(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }
}
