import { existsSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { patience } from '../../vitest.patience.js';

// On a machine without a browser everything else can still be tested. Where all must pass, its absence is a failure.
const chromium = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const skipsPage = !existsSync(chromium) && !process.env['CI'];
if (skipsPage) {
  process.stderr.write(
    `SKIPPED: the tests of the inspector page, because there is no browser at ${chromium}. Install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM_PATH.\n`,
  );
}

export default defineConfig({
  test: {
    ...patience,
    name: 'emulator',
    globalSetup: ['test/page/build-page.ts'],
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(skipsPage ? ['test/page/**/*.test.ts'] : [])],
  },
});
