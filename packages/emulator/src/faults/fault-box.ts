import { z } from 'zod';
import type { Changes } from '../changes.js';
import { EmulatorError } from '../emulator-error.js';
import {
  type FaultChange,
  type FaultName,
  type FaultSettings,
  faultNames,
  noFaults,
} from '../model/fault-settings.js';
import { explainIssue } from '../options/explain-issue.js';
import { drawFault } from './draw-faults.js';

const shape = z.strictObject({
  seed: z.int().optional(),
  probabilities: z.partialRecord(z.enum(faultNames), z.number().min(0).max(1).optional()).optional(),
  delayBy: z.int().min(0).max(86_400_000).optional(),
  quotaWindow: z.enum(['5-minutes', 'hour', 'month']).optional(),
});

/** Reads the highest id that a delivery has got so far. */
type ReadLastDelivery = () => number;

/**
 * The faults that happen now. They end with the emulator: one that starts on an old state shall not fail for a reason
 * that nobody sees.
 */
export class FaultBox {
  readonly #changes: Changes;
  readonly #readLastDelivery: ReadLastDelivery;
  #current = noFaults;
  /** The dice count from the delivery after this one. */
  #lastDelivery: number;
  #calls = 0;

  constructor(changes: Changes, readLastDelivery: ReadLastDelivery) {
    this.#changes = changes;
    this.#readLastDelivery = readLastDelivery;
    this.#lastDelivery = readLastDelivery();
  }

  read(): FaultSettings {
    return this.#current;
  }

  /**
   * Changes what is given, and keeps the rest.
   *
   * @throws EmulatorError `faults-invalid`, naming the field.
   */
  change(change: FaultChange): FaultSettings {
    const { success, data, error } = shape.safeParse(change, { reportInput: true });
    if (!success) throw explain(error);
    if (data.seed !== undefined) this.#restartDice();
    return this.#set({
      seed: data.seed ?? this.#current.seed,
      probabilities: { ...this.#current.probabilities, ...withoutUndefined(data.probabilities ?? {}) },
      delayBy: data.delayBy ?? this.#current.delayBy,
      quotaWindow: data.quotaWindow ?? this.#current.quotaWindow,
    });
  }

  /** Back to no faults. */
  clear(): void {
    this.#restartDice();
    this.#set(noFaults);
  }

  /** Whether a fault happens to a delivery as a whole. */
  strikesDelivery(fault: FaultName, id: number): boolean {
    return this.#draw(fault, `delivery ${id - this.#lastDelivery}`);
  }

  /** Whether a fault happens to one attempt of a delivery. */
  strikesAttempt(fault: FaultName, id: number, attempt: number): boolean {
    return this.#draw(fault, `delivery ${id - this.#lastDelivery}, attempt ${attempt}`);
  }

  /** Counts a call of the Subscriptions API. Returns what tells whether a fault happens to it. */
  countCall(): (fault: FaultName) => boolean {
    this.#calls += 1;
    const occasion = `call ${this.#calls}`;
    return (fault) => this.#draw(fault, occasion);
  }

  #draw(fault: FaultName, occasion: string): boolean {
    return drawFault(this.#current, fault, occasion);
  }

  #restartDice(): void {
    this.#lastDelivery = this.#readLastDelivery();
    this.#calls = 0;
  }

  #set(faults: FaultSettings): FaultSettings {
    this.#current = faults;
    this.#changes.emit('faults');
    return faults;
  }
}

function explain(error: z.ZodError): EmulatorError {
  const { field, message } = explainIssue(error, ([part]) =>
    part === 'probabilities' ? faultNames : shape.keyof().options,
  );
  return new EmulatorError('faults-invalid', `${field || 'The faults'}: ${message}`, {
    field: field || 'faults',
  });
}

function withoutUndefined<Value>(
  record: Partial<Record<FaultName, Value | undefined>>,
): Partial<Record<FaultName, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
