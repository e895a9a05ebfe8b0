import { describe, expect, it } from 'vitest';
import { findDifference, type HttpCase, readFixture, runCase } from './http-cases.js';

const adversarial = readFixture<{ cases: readonly HttpCase[] }>('cloudevents-cases.json').cases;
const conformance = readFixture<readonly (HttpCase & { protocol: string })[]>('cloudevents-conformance.json');

describe.each([
  ['default', false],
  ['strict', true],
])('the adversarial cases, %s mode', (_, strict) => {
  it('has all of them', () => expect(adversarial).toHaveLength(53));

  it.each(adversarial.map((one) => [`${one.id} ${one.name}`, one] as const))('%s', (_name, one) => {
    expect(findDifference(runCase(one, strict), one.expect), one.id).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe.each([
  ['default', false],
  ['strict', true],
])('the scenarios of the conformance project, %s mode', (_, strict) => {
  it('has all of them', () => expect(conformance).toHaveLength(22));

  it.each(conformance.map((one) => [`${one.id} ${one.name}`, one] as const))('%s', (_name, one) => {
    // Kafka writes the prefix with an underscore; all else is the same mapping.
    const headers = one.request.headers.map(([name, value]) => [name.replace(/^ce_/, 'ce-'), value] as const);
    const result = runCase({ ...one, request: { ...one.request, headers } }, strict);
    expect(findDifference(result, one.expect), one.id).toBeUndefined();
  });
});
