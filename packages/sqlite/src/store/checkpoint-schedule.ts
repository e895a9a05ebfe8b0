import type { StoreClient } from './store-client.js';

/** Pages of the log after which it is copied into the file, by estimate: some 32 MB. */
const pagesBetween = 8_000;
/** Pages that writing an item takes beside its payload: one of the index on keys, and a part of what all share. */
const pagesOfItem = 1.5;
const pageSize = 4_096;
/** Milliseconds without a change after which the log is copied, too, and its room given back. */
const idleAfter = 5_000;

/**
 * Has the log copied into the file by the reading thread, so that no commit has to do so. The last of it is copied by the
 * writing thread between two commits: only then can the log begin anew, and not grow for ever.
 */
export class CheckpointSchedule {
  readonly #writer: StoreClient;
  readonly #reader: StoreClient;
  #pages = 0;
  #running = false;
  #closed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(writer: StoreClient, reader: StoreClient) {
    this.#writer = writer;
    this.#reader = reader;
  }

  /** Counts what has been written: items, and characters of payload. */
  count(characters: number, items = 1): void {
    this.#pages += items * pagesOfItem + characters / pageSize;
    if (this.#pages >= pagesBetween) void this.#run(false);
    if (this.#closed) return;
    // Not one timer for each event: it looks itself whether something has come meanwhile.
    this.#idle ??= setTimeout(() => this.#afterRest(this.#pages), idleAfter).unref();
  }

  #afterRest(pages: number): void {
    this.#idle = undefined;
    if (this.#closed || this.#pages === 0) return;
    if (pages === this.#pages) void this.#run(true);
    else this.count(0, 0);
  }

  async #run(truncate: boolean): Promise<void> {
    if (this.#running || this.#closed) return;
    this.#running = true;
    this.#pages = 0;
    try {
      await this.#reader.request('checkpoint');
      await this.#writer.request('finishCheckpoint', { truncate });
    } catch {
      // The log grows until the next time, and everything in it is safe. Whoever writes is told of what is wrong.
    } finally {
      this.#running = false;
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
  }
}
