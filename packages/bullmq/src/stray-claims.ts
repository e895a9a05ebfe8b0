import type { ActiveJob, Engine } from './engine.js';

/**
 * Finds jobs that the store holds as claimed by a worker which knows nothing of them: the answer to a claim was lost, or came
 * after the worker had given up. Nobody works on such a job; left alone it would wait for its lease, and count as a crash.
 */
export class StrayClaims {
  readonly #engine: Pick<Engine, 'findActive'>;
  /** Those of the last look, as job and lock. */
  #seen = new Set<string>();

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
    return stray.filter((job) => before.has(nameOf(job)));
  }
}

function nameOf({ id, lock }: ActiveJob): string {
  return `${id} ${lock}`;
}
