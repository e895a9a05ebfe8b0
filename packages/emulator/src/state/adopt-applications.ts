import { EmulatorError } from '../emulator-error.js';
import type { Application } from '../model/application.js';
import type { State } from './open-state.js';

/**
 * Writes the applications into the state, in place of what it knows of their access tokens. An application that has got
 * another id takes its subscriptions, and what waits for them, along: otherwise they would stay behind, and a second set
 * would be made beside them.
 *
 * @throws EmulatorError `option-invalid` when the new id has subscriptions of its own already.
 */
export function adoptApplications(state: State, applications: readonly Application[]): void {
  state.transaction(() => {
    const renamed = applications.flatMap(({ accessToken, id: to }) => {
      const from = state.applications.find(accessToken)?.id;
      return from === undefined || from === to ? [] : [{ from, to }];
    });
    for (const application of applications) state.applications.put(application);
    const ids = new Set(state.applications.list().map(({ id }) => id));
    for (const { from, to } of renamed) {
      // Another access token of the same application keeps the subscriptions.
      if (ids.has(from)) continue;
      const owners = state.subscriptions.list().map(({ applicationId }) => applicationId);
      if (owners.includes(from) && owners.includes(to)) throw refuse(from, to);
      state.subscriptions.changeApplication({ from, to });
      state.deliveries.changeApplication({ from, to });
    }
  });
}

function refuse(from: number, to: number): EmulatorError {
  return new EmulatorError(
    'option-invalid',
    `The option applications is wrong. It gives application ${from} of the state the id ${to}, and the state has subscriptions of both. Give it the id ${from} as before, or start with another state file.`,
    { field: 'applications' },
  );
}
