/**
 * What the ledger holds: one JSON object a line. `at`, `from` and `to` are milliseconds since the epoch.
 *
 * @typedef {{ is: 'generated', id: string, kind: import('../plan/kinds.js').KindName }} Generated
 * @typedef {object} Attempt One request of the sender.
 * @property {'attempt'} is
 * @property {string} id
 * @property {number} port
 * @property {number} from
 * @property {number} to
 * @property {number} [status]
 * @property {boolean} [retryAfter] Whether the answer has the header.
 * @property {'reset' | 'timeout'} [broken]
 * @typedef {{ is: 'drop', id: string, why: 'reset' | 'attempts' | 'refused' }} Drop The sender gave an event up.
 * @typedef {{ is: 'start' | 'effect' | 'end' | 'failed', id: string, handler: string, pid: number, run: number, at: number }} Run A run of a handler.
 * @typedef {{ is: 'up', slot: string, pid: number, port?: number | undefined, at: number }} Up
 * @typedef {{ is: 'exit', slot: string, pid: number, code: number | null, signal: string | null, at: number }} Exit
 * @typedef {{ is: 'closing', pid: number, at: number }} Closing A process was told to end in peace.
 * @typedef {{ is: 'hit', point: string, pid: number, at: number }} Hit A failpoint ends its process.
 * @typedef {{ is: 'stopped', pid: number, from: number, to: number }} Stopped A process was stopped with SIGSTOP.
 * @typedef {{ is: 'fault', name: string, from: number, to: number }} Fault Something was done to the database, or it was slow by itself, or the ledger was.
 * @typedef {{ is: 'alert', code: string, pid: number, at: number }} Alert
 * @typedef {Generated | Attempt | Drop | Run | Up | Closing | Exit | Hit | Stopped | Fault | Alert} LedgerRecord
 */

export {};
