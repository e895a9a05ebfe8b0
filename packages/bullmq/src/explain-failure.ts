import { FicWebhooksError, type FicWebhooksErrorCode } from '@fic-webhooks/core';

interface Answer {
  readonly says: RegExp;
  readonly code: FicWebhooksErrorCode;
  readonly what: string;
  readonly cure: string;
}

/** What Redis says, by the first word of its error, or PostgreSQL, by the SQLSTATE, and what to do about it. */
const answers: readonly Answer[] = [
  {
    says: /\bOOM command not allowed/,
    code: 'inbox-full',
    what: 'is out of memory and takes no new events',
    cure:
      'Give it more memory (maxmemory). Until then events wait that are stored, as BullMQ cannot write that it works on ' +
      'them; it goes on by itself then. Completed jobs take memory, too: keepCompleted says for how long.',
  },
  {
    says: /^MISCONF\b|\b(?:53100|53200|ENOSPC)\b/,
    code: 'inbox-full',
    what: 'cannot write',
    cure: 'Its disk or its memory is full: free some. It goes on by itself then.',
  },
  {
    says: /^READONLY\b|\b25006\b/,
    code: 'inbox-unreachable',
    what: 'is a read-only replica',
    cure: 'Either a failover is going on, then wait for its end, or `connection` names a replica: name the primary.',
  },
  {
    says: /^(?:NOAUTH|WRONGPASS|NOPERM)\b|\b(?:28P01|28000|42501)\b/,
    code: 'inbox-unreachable',
    what: 'refuses the user of `connection`',
    cure: 'Check the user, the password and what the user may do.',
  },
  {
    // pg's words, for its pool as for a connection.
    says: /^timeout exceeded when trying to connect$/,
    code: 'inbox-unreachable',
    what: 'gave no connection in time',
    cure:
      'It does not answer, or all connections of the pool are taken: look at its load and at the network, or give the ' +
      'pool more connections (max).',
  },
  {
    says: /\b(?:3D000|3F000|42P01|42883)\b/,
    code: 'inbox-unreachable',
    what: 'does not hold the tables of BullMQ',
    cure:
      'Check the database in `connection` and the schema. With a pool, its search_path must lead to the schema: ' +
      "new Pool({ connectionString, options: '-c search_path=bullmq' }).",
  },
];

/** The coded error for what a client, Redis or PostgreSQL said. `place`: the subject of the sentence. */
export function explainFailure(error: unknown, place: string): FicWebhooksError {
  if (error instanceof FicWebhooksError) return error;
  const said = error instanceof Error ? error.message || error.name : String(error);
  const state = typeof error === 'object' && error !== null && 'code' in error ? ` (${error.code})` : '';
  const cause = withoutCommand(error);
  const answer = answers.find(({ says }) => says.test(`${said}${state}`));
  if (answer !== undefined) {
    const message = `${place} ${answer.what}: ${said}${state}. ${answer.cure}`;
    return new FicWebhooksError(answer.code, message, { cause, status: 503 });
  }
  return new FicWebhooksError(
    'inbox-unreachable',
    `${place} could not be used: ${said}${state}. It is down, restarting or cut off, or refused the command. Bring it ` +
      'back; the inbox connects again by itself.',
    { cause, status: 503 },
  );
}

/** The store did not answer in time. */
export function explainSilence(place: string, milliseconds: number): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-unreachable',
    `${place} did not answer within ${milliseconds} ms. It is overloaded, suspended or cut off, or the address is ` +
      'wrong. Look at the server and at the network; the inbox goes on by itself as soon as it answers.',
    { status: 503 },
  );
}

/** ioredis puts the command with its arguments on errors: the password among them, or an event. */
function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error) || !('command' in error)) return error;
  const copy = new Error(error.message);
  copy.name = error.name;
  return copy;
}
