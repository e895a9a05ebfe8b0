import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/index.js';
import { errorOf, post } from './call.js';

const seed = Number(process.env['FIC_SEED'] ?? 20_230_407);

const routes = [
  'events',
  'faults',
  'clock/advance',
  'subscriptions',
  'subscriptions/SUB1/verify',
  'deliveries/1/replay',
] as const;

/** The names that mean something somewhere, so that the dice get beyond the first check. */
const names = [
  ...['companyId', 'type', 'ids', 'mode', 'unlisted', 'faults', 'seed', 'probabilities', 'delayBy'],
  ...['quotaWindow', 'by', 'sink', 'types', 'applicationId', 'mapping', 'verificationMethod', 'method'],
  ...['duplicate', 'toString', '__proto__', 'constructor'],
];
const hostile = fc.constantFrom(
  ...['entities.clients.create', 'http://localhost:1/', '1d', '\ud800', '\u0000', '-1', '1e99', 'binary'],
  ...[0, 1, -1, 1e308, 2 ** 53],
);
const { body } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, hostile, fc.jsonValue({ maxDepth: 2 }), tie('list'), tie('body')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  body: fc
    .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries.map(([name, value]) => [name, value] as const))),
}));

let fic: Emulator;

beforeAll(async () => {
  fic = await startEmulator({ clock: 'manual' });
});

afterAll(() => fic.close());

it(`whatever comes, the answer is a success or a refusal that names the field (seed ${seed})`, {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.oneof(body, fc.jsonValue()), async (route, input) => {
      const answer = await post(fic.url, `/_emulator/${route}`, input);
      if (answer.status < 300) return;
      expect(answer.status, answer.text).toBeLessThan(500);
      const { code, message, field } = errorOf(answer);
      expect(code).toMatch(/^[a-z-]+$/);
      expect(field).toBeTruthy();
      expect(message?.length).toBeGreaterThan(field?.length ?? 0);
    }),
    { seed, numRuns: 600 },
  );
});
