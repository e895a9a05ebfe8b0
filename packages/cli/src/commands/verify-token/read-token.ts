import { text as readAll } from 'node:stream/consumers';
import { UsageError } from '../../usage-error.js';

const argument = '<jwt>';

/** Longer than any header that a server lets through. */
const maximumLength = 65_536;

/**
 * Reads a token as people paste it: with or without `Authorization:` and `Bearer`, in quotes, broken into lines.
 *
 * @param text - The token, or `-` for standard input.
 * @throws UsageError when there is none. The text stands in no message.
 */
export async function readToken(text: string): Promise<string> {
  const pasted = text === '-' ? await readInput() : text;
  const token = pasted
    .trim()
    .replace(/^["'`]+|["'`,;]+$/g, '')
    .replace(/^authorization\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/\s*[\r\n]\s*/g, '')
    .trim();
  if (token !== '' && !/^(?:bearer|authorization:?)$/i.test(token)) return token;
  const where = text === '-' ? 'standard input holds no token' : 'it is empty';
  throw new UsageError(
    argument,
    `${argument}: ${where}. Give the text after "Bearer" in the Authorization header.`,
  );
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Paste the token, then press Enter and Ctrl+D.\n');
  return readAll(limit(process.stdin));
}

async function* limit(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maximumLength)
      throw new UsageError(argument, `${argument}: standard input holds over 64 KiB, so it is no token.`);
    yield chunk;
  }
}
