import { type ExitCode, exitCodes } from '../../exit-codes.js';
import { readDuration } from '../../input/read-duration.js';
import { formatJson } from '../../output/format-json.js';
import { mark } from '../../output/mark.js';
import type { HealthFlags } from './inbox-flags.js';
import { type InboxRun, withInbox } from './with-inbox.js';

/** Says how an inbox is doing. It is well when nothing that is due has been waiting for long. */
export async function showHealth(run: InboxRun<HealthFlags>): Promise<ExitCode> {
  const { flags, output } = run;
  const staleAfter = readDuration('--stale-after', flags.staleAfter ?? '5m');
  const health = await withInbox(run, 'Looking at the inbox', (inbox) => inbox.health());
  const { waiting, oldestDue, deadLetters } = health;
  const ok = oldestDue <= staleAfter;
  const { results } = output;
  const { colors } = results;
  if (flags.json) {
    results.write(formatJson({ ok, waiting, oldestDue, deadLetters }));
  } else {
    const lines = [
      `${mark(ok ? 'ok' : 'problem', colors)} waiting       ${waiting}${oldestDue === 0 ? '' : `, the oldest that is due for ${formatSpan(oldestDue)}`}`,
      `${mark(deadLetters === 0 ? 'ok' : 'warning', colors)} dead letters  ${deadLetters}`,
    ];
    if (!ok)
      lines.push(
        'Nobody works on what is stored, or not fast enough. Is the process that calls receiver.work() running?',
      );
    if (deadLetters > 0) lines.push('fic-webhooks inbox list shows the dead letters.');
    results.write(lines.join('\n'));
  }
  return ok ? exitCodes.done : exitCodes.failed;
}

function formatSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
