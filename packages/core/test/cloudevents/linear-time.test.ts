import { describe, expect, it } from 'vitest';
import { decodeCloudEvent } from '../../src/cloudevents/index.js';
import { parseMediaType } from '../../src/cloudevents/media-type.js';

const required = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-type': 't', 'ce-source': '/s' };
const encoder = new TextEncoder();

/**
 * Milliseconds of the processor, which do not pass while others have it; the best of several runs, as noise only ever
 * adds.
 */
function measure(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** A machine that stands still for a while is measured again. What is quadratic is so each time. */
function expectLinear(small: () => unknown, large: () => unknown): void {
  for (let attempt = 1; ; attempt++) {
    const [less, more] = [measure(small), measure(large)];
    // What takes no time at all is not slow, whatever the ratio.
    const most = Math.max(less, 1) * 30;
    if (more >= most && attempt < 5) continue;
    expect(more, `${less} ms, then ${more} ms`).toBeLessThan(most);
    return;
  }
}

const header = (name: string, make: (size: number) => string) => (size: number) => {
  const headers = { ...required, [name]: make(size) };
  return () => decodeCloudEvent({ headers });
};
const body = (make: (size: number) => string) => (size: number) => {
  const bytes = encoder.encode(make(size));
  return () => decodeCloudEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: bytes });
};

describe('eight times the input takes about eight times as long, not sixty-four', () => {
  it.each<[string, (size: number) => () => unknown]>([
    ['spaces inside a header', header('ce-subject', (size) => `a${' '.repeat(size)}%41`)],
    ['spaces around a header', header('ce-subject', (size) => `${' '.repeat(size)}a${' '.repeat(size)}`)],
    ['stray percent signs', header('ce-subject', (size) => '%'.repeat(size))],
    ['escapes', header('ce-subject', (size) => '%41'.repeat(size))],
    ['quotes', header('ce-subject', (size) => `"${'\\"'.repeat(size)}`)],
    ['a URI of colons', header('ce-source', (size) => ':'.repeat(size))],
    ['a URI of slashes', header('ce-source', (size) => `/${'/'.repeat(size)} `)],
    ['a URI of at signs', header('ce-source', (size) => `//${'a@'.repeat(size)}`)],
    ['a fraction', header('ce-time', (size) => `2023-04-04T12:54:21.${'1'.repeat(size)}`)],
    ['a name', (size) => header(`ce-${'a'.repeat(size)}_`, () => 'v')(0)],
    ['raw bytes', header('ce-subject', (size) => '\u00c3\u00a8'.repeat(size))],
    ['a long string in the body', body((size) => `{"a":"${'\\"'.repeat(size)}"}`)],
    [
      'many members',
      body((size) => `{${Array.from({ length: size / 16 }, (_, index) => `"a${index}":1`).join()}}`),
    ],
    ['open brackets', body((size) => '['.repeat(size))],
    [
      'base64',
      body(
        (size) =>
          `{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"${'AAAA'.repeat(size)}"}`,
      ),
    ],
  ])('%s', (_, prepare) => {
    const size = 1 << 14;
    expectLinear(prepare(size), prepare(size * 8));
  });

  it.each([
    ['parameters', (size: number) => `a/b${';c=d'.repeat(size / 4)}=`],
    ['empty parameters', (size: number) => `a/b${'; '.repeat(size / 2)}=`],
    ['whitespace', (size: number) => `a/b;${' '.repeat(size)}=`],
    ['a quoted-string', (size: number) => `a/b;c="${'\\"'.repeat(size / 2)}`],
  ])('a media type of %s', (_, make) => {
    const [small, large] = [make(7_000), make(56_000)];
    expectLinear(
      () => parseMediaType(small),
      () => parseMediaType(large),
    );
  });
});
