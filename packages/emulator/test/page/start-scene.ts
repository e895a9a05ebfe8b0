import { type Emulator, type EmulatorOptions, startEmulator } from '../../src/index.js';
import { type Looks, type OpenedPage, openBrowser } from './open-browser.js';
import { type Sink, startReceiver, startSink, verifyThen } from './start-sink.js';

/** An emulator, a browser, a receiver that takes everything, and a sink that fails. */
export interface Scene {
  readonly fic: Emulator;
  readonly receiver: Sink;
  /** Verified, and answers 503 to all else. */
  readonly failing: Sink;
  /** Opens the inspector, at a hash such as `#faults`. */
  open(hash?: string, looks?: Looks): Promise<OpenedPage>;
  /** To be called after each test: every open page holds a connection, and a browser makes few. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything that a test of the page needs. The welcome event comes at once, so that it disturbs nothing later. */
export async function startScene({ behaviour, ...options }: EmulatorOptions = {}): Promise<Scene> {
  // The browser first: where it is missing, nothing else has to be stopped.
  const browser = await openBrowser();
  const fic = await startEmulator({ port: 0, ...options, behaviour: { welcomeDelay: 0, ...behaviour } });
  const receiver = await startReceiver(fic);
  const failing = await startSink();
  failing.answerWith(verifyThen((_request, response) => response.writeHead(503).end('out of order')));
  return {
    fic,
    receiver,
    failing,
    open: (hash = '', looks) => browser.open(fic.inspectorUrl + hash, looks),
    closePages: () => browser.closePages(),
    close: async () => {
      await browser.close();
      await fic.close();
      await Promise.all([receiver.close(), failing.close()]);
    },
  };
}

/** What no page may do: fail on the console, break the policy, or talk to anybody but the emulator. */
export function findMisbehaviour({ problems, requests }: OpenedPage, fic: Emulator): string[] {
  const strangers = requests.filter((url) => !url.startsWith(`${fic.url}/`));
  return [...problems, ...strangers.map((url) => `a request to ${url}`)];
}
