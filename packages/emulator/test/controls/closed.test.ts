import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../src/index.js';
import { companyId } from '../support/start-engine.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const type = 'entities.clients.create';

const changing: Readonly<Record<string, (fic: Emulator) => unknown>> = {
  subscribe: (fic) => fic.subscribe({ sink: 'http://localhost/', types: [type] }),
  verify: (fic) => fic.verify('SUB1'),
  emit: (fic) => fic.emit({ companyId, type }),
  replay: (fic) => fic.replay(1),
  advance: (fic) => fic.advance('1s'),
  setFaults: (fic) => fic.setFaults({ seed: 2 }),
  reset: (fic) => fic.reset(),
};

test.each([undefined, 'state.db'])(
  'a closed emulator (state %s) changes nothing, and says so',
  async (file) => {
    const state = file && join(temporaryFolder(), file);
    const fic = await startEmulator({ clock: 'manual', state, logger: false });
    await fic.subscribe({ sink: 'http://127.0.0.1:1/', types: [type], waitForVerification: false });
    await fic.settled();
    await Promise.all([fic.close(), fic.close()]);
    for (const [name, change] of Object.entries(changing)) {
      const error = await Promise.resolve()
        .then(() => change(fic))
        .then(
          () => 'nothing',
          (reason: unknown) => reason,
        );
      expect(error, name).toMatchObject({ name: 'EmulatorError', code: 'emulator-closed' });
    }
    expect(fic.faults().seed).toBe(1);
    // What was there can still be looked at.
    expect(fic.subscriptions()).toHaveLength(1);
    expect(fic.deliveries()).toHaveLength(1);
    await fic.settled();
    await fic.close();
  },
);
