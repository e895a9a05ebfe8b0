import { EmulatorError, type EmulatorErrorCode } from '@fic-webhooks/emulator';
import { UsageError } from '../../usage-error.js';

const usageCodes: readonly EmulatorErrorCode[] = ['option-invalid', 'duration-invalid', 'faults-invalid'];

/** The flag behind each option of the emulator, where it is not the same in other letters. */
const flags: Readonly<Record<string, string>> = {
  allowedHosts: '--allow-host',
  applications: '--application-id',
  faults: '--fault',
};

/**
 * Turns the emulator's "this option is wrong" into wrong usage of the flag behind it. Every other failure stays as it
 * is.
 */
export function explainStartFailure(error: unknown): unknown {
  if (!(error instanceof EmulatorError) || !usageCodes.includes(error.code)) return error;
  const { field = '', message } = error;
  if (field.startsWith('--')) return new UsageError(field, message);
  const [option = '', name] = field.split('.');
  const flag = flags[option] ?? `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return new UsageError(flag, `${option === 'behaviour' ? `${flag} ${name}` : flag}: ${message}`);
}
