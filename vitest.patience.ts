/**
 * How long a test may wait, for all projects. Generous: real servers, processes and browsers are waited for, perhaps on a busy
 * machine. A test that passes waits no longer than it must.
 */
export const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
};
