import type { ActiveJob, Engine } from './engine.js';
import { RecentMap } from './recent-map.js';

/** Of so many jobs that were given back it is known, at most. */
const remembered = 1_000;

/**
 * Finds jobs that the store holds as claimed by a worker which knows nothing of them: the answer to a claim was lost, or came
 * after the worker had given up. Nobody works on such a job; left alone it would wait for its lease, and count as a crash.
 */
export class StrayClaims {
  readonly #engine: Pick<Engine, 'findActive'>;
  /** Those of the last look. */
  #seen = new Set<string>();
  /** Those that were found, and may yet come to the worker: the answer was only slow. */
  readonly #found = new RecentMap<string, ActiveJob>(remembered);

  constructor(engine: Pick<Engine, 'findActive'>) {
    this.#engine = engine;
  }

  /**
   * Those that were stray at the last look already: the answer to a claim may just be on its way.
   *
   * @param workerId What the locks of the worker begin with.
   * @param isKnown Whether the worker works on a job.
   */
  async find(workerId: string, isKnown: (id: string) => boolean): Promise<readonly ActiveJob[]> {
    const active = await this.#engine.findActive(`${workerId}:`);
    const stray = active.filter(({ id }) => !isKnown(id));
    const before = this.#seen;
    this.#seen = new Set(stray.map(nameOf));
    const found = stray.filter((job) => before.has(nameOf(job)));
    for (const job of found) this.#found.set(nameOf(job), job);
    return found;
  }

  /** Whether a job that comes to the worker had been found to be stray. It is forgotten then. */
  take(job: ActiveJob): boolean {
    return this.#found.delete(nameOf(job));
  }
}

function nameOf({ id, lock }: ActiveJob): string {
  return `${id} ${lock}`;
}
