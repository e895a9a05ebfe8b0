import { CaseFailure } from '../../suite/suite-case.js';
import type { TestResponse } from '../../test-request.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectRefusal, unexpected } from '../expect-answer.js';
import { fetchHeader } from '../read-answer.js';

/** Fatture in Cloud sends GET and POST only. */
export const methodCases: readonly ConformanceCase[] = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'].flatMap(
  (method) => [
    {
      name: `method: ${method}`,
      async run(probe) {
        check(await probe.send({ method, headers: [], query: [], body: undefined }), method);
      },
    },
    {
      name: `method: ${method} with a genuine token`,
      async run(probe) {
        const { request, event } = probe.notify();
        const body = method === 'HEAD' ? undefined : request.body;
        check(await probe.send({ ...request, method, body }), method);
        await probe.ledger.expectNotHandled(event.id);
      },
    },
  ],
);

function check(response: TestResponse, method: string): void {
  // The answer to HEAD has no body (RFC 9110 section 9.3.2), so only its status can be looked at.
  if (method !== 'HEAD') expectRefusal(response, { status: 405, codes: ['method-not-allowed'] });
  else if (response.status !== 405) throw unexpected(response, '405');
  const allowed = (fetchHeader(response, 'allow') ?? '').split(',').map((one) => one.trim().toUpperCase());
  if (allowed.length === 2 && allowed.includes('GET') && allowed.includes('POST')) return;
  throw new CaseFailure(
    `Expected Allow: GET, POST with 405; it is ${fetchHeader(response, 'allow') ?? 'missing'}.`,
  );
}
