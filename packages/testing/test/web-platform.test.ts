import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('web-platform-run.mjs', import.meta.url));

interface Report {
  passed: number;
  others: { name: string; result: string }[];
}

async function runSuite(...conditions: string[]): Promise<Report> {
  const { stdout } = await run(process.execPath, [...conditions, script]);
  return JSON.parse(stdout) as Report;
}

/** Node.js 24.7 and newer. https://compression.spec.whatwg.org/#supported-formats */
function knowsBrotli(): boolean {
  try {
    return new DecompressionStream('brotli' as 'gzip').readable instanceof ReadableStream;
  } catch {
    return false;
  }
}

describe('core with web standards only, as on Workers', () => {
  it('passes every case that it passes on Node.js, brotli excepted where it is not known', async () => {
    const [web, node] = await Promise.all([runSuite('--conditions=workerd'), runSuite()]);
    expect(node.others).toEqual([]);
    const missing = knowsBrotli() ? [] : ['event: br: fail'];
    expect(web.others.map(({ name, result }) => `${name}: ${result}`)).toEqual(missing);
    expect(web.passed).toBe(node.passed - missing.length);
  });
});
