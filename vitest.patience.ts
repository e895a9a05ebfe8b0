/**
 * How long a test may wait, for all projects. Generous: real servers, processes and browsers are waited for, perhaps on a busy
 * machine. A test that passes waits no longer than it must.
 */
export const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 15_000 } },
  // A machine that is shared can stand still for seconds, which no test can tell from a store or a server that hangs. What
  // is broken fails again.
  retry: process.env['CI'] ? 2 : 0,
};
