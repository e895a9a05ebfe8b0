import { createTestKeyPair } from '@fic-webhooks/testing';
import { signNotifications } from './notifications.js';

/** @import { SignedNotification } from './notifications.js' */

/**
 * What a bench is given.
 *
 * @typedef {object} BenchContext
 * @property {boolean} quick - True for a smoke test: it proves that the bench works, and its numbers mean nothing.
 * @property {string} privateKey - PEM.
 * @property {string} publicKey - PEM.
 * @property {(count: number) => readonly SignedNotification[]} notifications - Distinct ones, signed once for all benches.
 * @property {(round: number, rounds: number) => void} onRound - Tells the progress line.
 */

/**
 * @param {object} options
 * @param {boolean} options.quick
 * @param {(round: number, rounds: number) => void} options.onRound
 * @returns {BenchContext}
 */
export function createBenchContext({ quick, onRound }) {
  const { privateKey, publicKey } = createTestKeyPair();
  /** @type {SignedNotification[]} */
  const signed = [];
  return {
    quick,
    privateKey,
    publicKey,
    notifications(count) {
      if (signed.length < count) signed.push(...signNotifications(count - signed.length, privateKey));
      return signed.slice(0, count);
    },
    onRound,
  };
}
