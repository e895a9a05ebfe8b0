import { z } from 'zod';
import type { Changes } from '../changes.js';
import { EmulatorError } from '../emulator-error.js';
import { type FaultName, type FaultSettings, faultNames, noFaults } from '../model/fault-settings.js';
import { explainIssue } from '../options/explain-issue.js';
import type { SettingsTable } from '../state/settings-table.js';

/** A change of the faults: what is left out stays as it is. */
export interface FaultChange {
  /** Where the dice begin: any integer. */
  seed?: number | undefined;
  /** Probabilities by name, from 0 to 1. */
  probabilities?: Partial<Record<FaultName, number | undefined>> | undefined;
  /** Milliseconds that `delay` and `reorder` hold a delivery back. */
  delayBy?: number | undefined;
  /** The quota that `api-quota` claims to be used up. */
  quotaWindow?: FaultSettings['quotaWindow'] | undefined;
}

const shape = z.strictObject({
  seed: z.int().optional(),
  probabilities: z.partialRecord(z.enum(faultNames), z.number().min(0).max(1).optional()).optional(),
  delayBy: z.int().min(0).max(86_400_000).optional(),
  quotaWindow: z.enum(['5-minutes', 'hour', 'month']).optional(),
});

/** The faults that happen now. Kept in the state. */
export class FaultBox {
  readonly #settings: SettingsTable;
  readonly #changes: Changes;
  #current: FaultSettings;

  constructor(settings: SettingsTable, changes: Changes) {
    this.#settings = settings;
    this.#changes = changes;
    this.#current = settings.read<FaultSettings>('faults') ?? noFaults;
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
    return this.#set({
      seed: data.seed ?? this.#current.seed,
      probabilities: { ...this.#current.probabilities, ...withoutUndefined(data.probabilities ?? {}) },
      delayBy: data.delayBy ?? this.#current.delayBy,
      quotaWindow: data.quotaWindow ?? this.#current.quotaWindow,
    });
  }

  /** Back to no faults. */
  clear(): void {
    this.#set(noFaults);
  }

  #set(faults: FaultSettings): FaultSettings {
    this.#settings.write('faults', faults);
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
