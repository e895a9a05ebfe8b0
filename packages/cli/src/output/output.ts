import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import { type Progress, startProgress } from './progress.js';

/** Colours that are plain text where the stream shows none. */
export type Colors = ReturnType<typeof pc.createColors>;

/** A stream of lines. */
export interface Lines {
  readonly colors: Colors;
  /** The width of the terminal in characters; undefined where the stream is none. */
  readonly columns: number | undefined;
  /** Writes a text and a line feed. Does nothing once nobody reads any more. */
  write(text: string): void;
}

/** Where a command writes. */
export interface Output {
  /** What was asked for. */
  readonly results: Lines;
  /** Everything else: notices, warnings and errors. */
  readonly notices: Lines;
  /** Shows that work is under way, where a person looks at the notices. */
  startProgress(text: string): Promise<Progress>;
}

/** The output of this process. */
export function createOutput(): Output {
  return {
    results: createLines(process.stdout),
    notices: createLines(process.stderr),
    startProgress: (text) => startProgress(process.stderr, text),
  };
}

function createLines(stream: WriteStream): Lines {
  let isOpen = true;
  // `fic-webhooks … | head -1` closes the pipe, and a full disk refuses a log. Neither shall end what runs.
  stream.on('error', () => {
    isOpen = false;
  });
  return {
    colors: pc.createColors(showsColors(stream)),
    get columns() {
      // 0 where a terminal does not know.
      return stream.isTTY ? stream.columns || 80 : undefined;
    },
    write: (text) => {
      if (isOpen) stream.write(`${text}\n`);
    },
  };
}

function showsColors(stream: WriteStream): boolean {
  // picocolors looks at standard output alone, and colours the logs of a continuous integration too.
  return pc.isColorSupported && (stream.isTTY === true || Boolean(process.env['FORCE_COLOR']));
}
