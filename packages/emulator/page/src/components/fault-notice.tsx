import { activeFaults } from '../model/emulator-state.js';
import { Icon } from './icon.js';

/** Reminds on every view that faults are on: nobody shall hunt for a bug that was asked for. */
export function FaultNotice() {
  const count = activeFaults.value.length;
  if (count === 0) return null;
  return (
    <a class="fault-notice" href="#faults">
      <Icon name="bolt" />
      {count === 1 ? '1 fault is on' : `${count} faults are on`}
    </a>
  );
}
