/** Milliseconds between two lines where lines cannot be replaced. */
const every = 10_000;

/**
 * Says how far a round is: in one line on a terminal, in a new line now and then elsewhere.
 *
 * @param {string} title
 */
export function showProgress(title) {
  const startedAt = performance.now();
  let shownAt = startedAt;
  const seconds = () => `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
  return {
    /** @param {string} text */
    show(text) {
      if (process.stdout.isTTY) {
        process.stdout.write(`\r\u001b[2K  ${title}: ${text} (${seconds()})`);
      } else if (performance.now() - shownAt > every) {
        shownAt = performance.now();
        console.log(`  ${title}: ${text} (${seconds()})`);
      }
    },
    /** @param {boolean} isPassed */
    end(isPassed) {
      if (process.stdout.isTTY) process.stdout.write('\r\u001b[2K');
      console.log(`  ${isPassed ? '✔' : '✘'} ${title} (${seconds()})`);
    },
  };
}
