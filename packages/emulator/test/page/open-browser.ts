import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** How a page is looked at. */
export interface Looks {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A page, with everything that went wrong on it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors on the console, among them each break of the content security policy, and exceptions. */
  readonly problems: string[];
  /** The address of every request that the page made. */
  readonly requests: string[];
}

/** A browser of its own for one test file. */
export interface TestBrowser {
  open(url: string, looks?: Looks): Promise<OpenedPage>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** Phone and desktop. */
export const phone = { width: 360, height: 740 } as const;
export const desktop = { width: 1440, height: 900 } as const;

/** Starts Chromium with an empty profile. */
export async function openBrowser(): Promise<TestBrowser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install Chromium (Debian: apt-get install chromium), or name one in CHROMIUM_PATH.`,
    );
  }
  const profile = await mkdtemp(join(tmpdir(), 'fic-webhooks-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    // The policy of the page holds in the tests, too.
    bypassCSP: false,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return {
    open: (url, looks = {}) => openPage(context, url, looks),
    closePages: async () => {
      await Promise.all(context.pages().map((page) => page.close()));
    },
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function openPage(context: BrowserContext, url: string, looks: Looks): Promise<OpenedPage> {
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  page.setDefaultTimeout(25_000);
  await page.setViewportSize({ width: looks.width ?? desktop.width, height: looks.height ?? desktop.height });
  await page.emulateMedia({ colorScheme: looks.colorScheme ?? 'light' });
  await page.goto(url);
  return { page, problems, requests };
}
