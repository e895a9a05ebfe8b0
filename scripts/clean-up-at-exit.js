/** @type {Set<() => void>} */
const duties = new Set();

process.once('exit', () => {
  // What was begun last is ended first: programs, then the folders that they work in.
  for (const work of [...duties].reverse()) {
    try {
      work();
    } catch (error) {
      console.error(error);
    }
  }
});

/**
 * Does something when this process ends, whatever ends it.
 *
 * @param {() => void} work
 * @returns {() => void} Forgets it.
 */
export function cleanUpAtExit(work) {
  duties.add(work);
  return () => {
    duties.delete(work);
  };
}

/** Lets signals end this process as `process.exit` does, so that an interrupted check leaves nothing behind. */
export function exitOnSignals() {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
