import { fetchPublicKey } from '../api/actions.js';
import { fixedState } from '../model/emulator-state.js';
import { ClockControl } from './clock-control.js';
import { ConnectionState } from './connection-state.js';
import { CopyButton } from './copy-button.js';
import { FaultNotice } from './fault-notice.js';
import { Navigation } from './navigation.js';
import { ThemeChoice } from './theme-choice.js';

const icon = new URL('../icon.svg', import.meta.url).href;

/** What the page is, where it leads, and what holds for everything on it. */
export function AppHeader() {
  return (
    <header class="header">
      <div class="header-top">
        <div class="brand">
          <img src={icon} width={28} height={28} alt="" />
          <h1>
            Fatture in Cloud <span>emulator {fixedState.value?.emulatorVersion}</span>
          </h1>
        </div>
        <Navigation />
        <div class="header-end">
          <ConnectionState />
          <ThemeChoice />
        </div>
      </div>
      <div class="strip">
        <ClockControl />
        <div class="strip-end">
          <FaultNotice />
          <CopyButton label="Copy public key" read={fetchPublicKey} />
        </div>
      </div>
    </header>
  );
}
