import type { EventTypeEntry } from '@fic-webhooks/core/catalogue';
import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { formatJson } from '../../output/format-json.js';
import { type Cell, formatTable } from '../../output/format-table.js';
import type { Colors, Output } from '../../output/output.js';
import type { EventsFlags } from './events-command.js';
import { findEvents } from './find-events.js';

/** What is asked of the catalogue. */
export interface EventsRun {
  readonly filter: string | undefined;
  readonly flags: EventsFlags;
  readonly output: Output;
}

/**
 * Lists event types, or the scopes that they need.
 *
 * @throws UsageError when nothing matches.
 */
export async function runEvents({ filter, flags, output: { results } }: EventsRun): Promise<ExitCode> {
  const events = findEvents(filter);
  if (flags.scopes) {
    const scopes = collectScopes(events);
    results.write(flags.json ? formatJson({ scopes }) : scopes.join('\n'));
    return exitCodes.done;
  }
  if (flags.json) {
    results.write(formatJson({ events }));
    return exitCodes.done;
  }
  const rows = events.map((entry) => formatRow(entry, results.colors));
  results.write(formatTable({ head: ['TYPE', 'SCOPES', 'NOTES'], rows, lines: results }));
  return exitCodes.done;
}

/** The scopes that an access token needs to subscribe to all that is really sent of these, sorted. */
function collectScopes(events: readonly EventTypeEntry[]): string[] {
  return [...new Set(events.filter(({ dead }) => !dead).flatMap(({ scopes }) => scopes))].sort();
}

function formatRow(entry: EventTypeEntry, colors: Colors): Cell[] {
  const { name, kind, dead, scopes, scopesInferred, members = [], note = '' } = entry;
  if (kind === 'group') {
    const why = `[group] Stands for ${members.length} types. Subscribe to those: what it becomes today is unknown.`;
    return [{ text: name, style: colors.cyan }, 'those of its types', why];
  }
  const mark = kind === 'system' ? '[sent unasked] ' : dead ? '[never sent] ' : '';
  return [
    dead ? { text: name, style: colors.red } : name,
    `${scopes.join(' ') || 'none'}${scopesInferred ? ' (inferred)' : ''}`,
    mark + note,
  ];
}
