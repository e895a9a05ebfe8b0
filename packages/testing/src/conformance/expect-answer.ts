import { CaseFailure } from '../suite/suite-case.js';
import type { TestResponse } from '../test-request.js';
import { explainStatus } from './explain-status.js';
import { fetchHeader, readProblem } from './read-answer.js';

/** The refusal that a case expects. */
export interface ExpectedRefusal {
  readonly status: number;
  /** Any of these codes. */
  readonly codes: readonly string[];
  /** True when an inbox may answer 202 instead and keep the bytes as a dead letter. */
  readonly mayBeKept?: boolean;
  /** Texts of the request that must not come back. */
  readonly secrets?: readonly string[];
}

/** The members that a refusal may have (RFC 9457), and `code`. What is called `detail` there belongs in the log. */
const problemMembers = ['type', 'title', 'status', 'instance', 'code'];
/** Stack traces, file paths and module names. */
const insideDetail = /\bat \S+ \(|node_modules|\.[cm]?[jt]s:\d+|\bError:/;

/** Checks a refusal: its status, its problem body (RFC 9457), its code, and the headers that belong to it. */
export function expectRefusal(response: TestResponse, expected: ExpectedRefusal): void {
  const { status, codes, mayBeKept = false, secrets = [] } = expected;
  if (mayBeKept && response.status === 202) return;
  const wanted = `${status} ${codes.join(' or ')}${mayBeKept ? ', or 202 with an inbox' : ''}`;
  const problem = readProblem(response);
  const code = problem?.['code'];
  if (response.status !== status) throw unexpected(response, wanted);
  if (!/^application\/problem\+json\s*(;|$)/i.test(fetchHeader(response, 'content-type') ?? '')) {
    throw unexpected(response, `${wanted} as application/problem+json`);
  }
  if (problem === undefined) throw unexpected(response, `${wanted} with a JSON object as its body`);
  if (typeof code !== 'string') throw unexpected(response, `${wanted} with the member code in its body`);
  if (!codes.includes(code)) throw unexpected(response, wanted);
  if (problem['status'] !== undefined && problem['status'] !== status) {
    throw unexpected(response, `${wanted} with the same status in its body`);
  }
  const inside = Object.keys(problem).find((member) => !problemMembers.includes(member));
  if (inside !== undefined || insideDetail.test(response.body)) {
    throw unexpected(
      response,
      `${wanted} without inside detail${inside === undefined ? '' : ` (member ${inside})`}`,
    );
  }
  const everything = `${response.body}\n${JSON.stringify(response.headers)}`;
  if (secrets.some((secret) => secret !== '' && everything.includes(secret))) {
    throw unexpected(response, `${wanted} that repeats nothing of the token`);
  }
  if (status === 401 && !/^Bearer\b/i.test(fetchHeader(response, 'www-authenticate') ?? '')) {
    throw unexpected(response, `${wanted} with WWW-Authenticate: Bearer`);
  }
}

/** Checks that the answer is a success for Fatture in Cloud. */
export function expectSuccess(response: TestResponse, statuses: readonly number[]): void {
  if (!statuses.includes(response.status)) throw unexpected(response, statuses.join(' or '));
}

/** Checks the answer to a verification request. */
export function expectEcho(response: TestResponse, challenge: string): void {
  if (response.status !== 200) throw unexpected(response, '200 with the challenge');
  let value: unknown;
  try {
    value = JSON.parse(response.body);
  } catch {
    throw unexpected(response, '200 with a JSON body');
  }
  const echoed =
    typeof value === 'object' && value !== null
      ? (value as { verification?: unknown }).verification
      : undefined;
  if (echoed !== challenge)
    throw unexpected(response, `200 with {"verification":${JSON.stringify(challenge)}}`);
}

/** A failure that says what was expected, what came, and why that may be. */
export function unexpected(response: TestResponse, wanted: string): CaseFailure {
  const code = readProblem(response)?.['code'];
  const shown = response.body === '' ? 'no body' : `the body ${shorten(response.body)}`;
  const hint = explainStatus(response.status, typeof code === 'string' ? code : undefined);
  const type = fetchHeader(response, 'content-type');
  const media = type === undefined ? '' : ` (${type})`;
  return new CaseFailure(
    `Expected ${wanted}; got ${response.status}${media} with ${shown}. ${hint}`.trimEnd(),
  );
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
