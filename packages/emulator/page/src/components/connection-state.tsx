import { connection } from '../model/connection.js';

const texts = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Lost, trying again',
} as const;

/** Whether what is shown is up to date. */
export function ConnectionState() {
  return (
    <p class="connection" data-connection={connection.value} role="status">
      <span class="visually-hidden">Connection to the emulator: </span>
      {texts[connection.value]}
    </p>
  );
}
