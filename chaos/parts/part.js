/**
 * @typedef {object} Part An inbox under test, with the processes around it.
 * @property {string} name Of the file in `processes/backends`.
 * @property {string} title
 * @property {readonly PartSlot[]} slots
 * @property {readonly string[]} libraries That hold failpoints.
 * @property {() => string | undefined} missing What this machine has not got for it.
 * @property {boolean} migrates Whether tables are made when the store is opened for the first time.
 * @property {(options: OpenOptions) => Promise<Store>} open
 *
 * @typedef {Omit<import('../supervise/supervise.js').Slot, 'port'> & { receives: boolean }} PartSlot
 *
 * @typedef {object} OpenOptions
 * @property {string} folder
 * @property {(connection: Record<string, unknown>) => Promise<void>} migrate To be called with a store that is there, and empty, before it is opened.
 * @property {boolean} isBrief Without what there is to be cleaned up.
 *
 * @typedef {object} Store A fresh store for one round.
 * @property {Record<string, unknown>} connection What the processes are told.
 * @property {boolean} transactional
 * @property {readonly import('../supervise/inject-faults.js').Fault[]} faults
 * @property {string} [traced] A file that does not exist, for a process whose system calls are looked at.
 * @property {() => Promise<boolean>} [isBlocked] Whether nobody can write, for some hundred milliseconds already.
 * @property {() => Promise<unknown>} probe Writes a little beside the inbox: how long that takes is no fault of the inbox.
 * @property {() => Promise<number>} countWaiting
 * @property {() => Promise<{ id: string, reason: string }[]>} listDeadLetters
 * @property {() => Promise<Map<string, number>>} countEffects
 * @property {() => Promise<void>} close
 */

export {};
