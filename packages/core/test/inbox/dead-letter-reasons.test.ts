import { describe, expect, test } from 'vitest';
import { checkDeadLetterReason, deadLetterReasons } from '../../src/index.js';

describe('checkDeadLetterReason', () => {
  test.each([undefined, ...deadLetterReasons])('passes %s', (reason) => {
    expect(() => checkDeadLetterReason(reason)).not.toThrow();
  });

  test.each(['', 'crash_loop', '__proto__', null, true, 0, ['attempts'], Symbol('attempts')])(
    'refuses %j, and names what there is',
    (reason) => {
      expect(() => checkDeadLetterReason(reason)).toThrow(
        expect.objectContaining({
          code: 'option-invalid',
          option: 'reason',
          message: expect.stringContaining("'crash-loop'"),
        }),
      );
    },
  );
});
