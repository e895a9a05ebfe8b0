/**
 * Preloaded with `--require` into the processes under test, and by Node.js into their worker threads too. Wraps the platform and
 * third-party libraries, never the product.
 */
const { arms, pass } = require('./failpoint.cjs');

if (arms !== undefined) {
  // For the handlers of the application under test.
  Reflect.set(globalThis, Symbol.for('chaos.pass'), pass);
  require('./wrap-http.cjs');
  for (const library of arms.libraries) require(`./wrap-${library}.cjs`);
}
