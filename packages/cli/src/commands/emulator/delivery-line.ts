import { eventTypePrefix } from '@fic-webhooks/core/catalogue';
import type { Delivery } from '@fic-webhooks/emulator';
import { cleanText } from '../../output/clean-text.js';
import type { Colors } from '../../output/output.js';

/**
 * One line about a delivery that has ended, or whose attempt failed and will be repeated; undefined for any other,
 * which is no news.
 */
export function formatDelivery(delivery: Delivery, colors: Colors): string | undefined {
  const state = describeState(delivery, colors);
  if (state === undefined) return undefined;
  const { id, kind, type, lastStatus, attempts, reason } = delivery;
  const name = kind === 'verification' ? kind : type.replace(eventTypePrefix, '');
  const columns = [
    colors.dim(new Date().toTimeString().slice(0, 8)),
    state,
    lastStatus === null ? '---' : String(lastStatus),
    cleanText(name).padEnd(40),
    attempts === 1 ? '1 attempt ' : `${attempts} attempts`,
    colors.dim(`#${id}`),
  ];
  const isGood = delivery.state === 'delivered';
  if (!isGood && reason !== null) columns.push(colors.dim(cleanText(reason)));
  return columns.join('  ');
}

/** Padded before it is coloured: colours have no width, but length. */
function describeState(
  { state, attempts }: Delivery,
  { green, red, yellow, dim }: Colors,
): string | undefined {
  const width = 'delivered'.length;
  if (state === 'delivered') return green(state);
  if (state === 'dropped') return red(state.padEnd(width));
  if (state === 'cancelled') return dim(state.padEnd(width));
  return state === 'pending' && attempts > 0 ? yellow('failed'.padEnd(width)) : undefined;
}
