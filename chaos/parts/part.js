/**
 * @typedef {object} Part An inbox under test, with the processes around it.
 * @property {string} name Of the file in `processes/backends`.
 * @property {string} title
 * @property {readonly PartSlot[]} slots
 * @property {readonly string[]} libraries That hold failpoints.
 * @property {() => string | undefined} missing What this machine has not got for it.
 * @property {boolean} migrates Whether tables are made when the store is opened for the first time.
 * @property {(options: { folder: string, migrate: (connection: Record<string, unknown>) => Promise<void> }) => Promise<Store>} open Calls `migrate` with a store that is there, and empty, before it opens it.
 *
 * @typedef {Omit<import('../supervise/supervise.js').Slot, 'port'> & { receives: boolean }} PartSlot
 *
 * @typedef {object} Store A fresh store for one round.
 * @property {Record<string, unknown>} connection What the processes are told.
 * @property {boolean} transactional
 * @property {readonly import('../supervise/inject-faults.js').Fault[]} faults
 * @property {() => Promise<number>} countWaiting
 * @property {() => Promise<{ id: string, reason: string }[]>} listDeadLetters
 * @property {() => Promise<Map<string, number>>} countEffects
 * @property {() => Promise<void>} close
 */

export {};
