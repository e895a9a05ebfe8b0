/**
 * Preloaded through NODE_OPTIONS into the processes under test and into their threads. Wraps the platform and third-party
 * libraries, never the product.
 */
const { arms, isCalm, pass } = require('./failpoint.cjs');

if (arms !== undefined) {
  // For the handlers of the application under test.
  Reflect.set(globalThis, Symbol.for('chaos.pass'), pass);
  Reflect.set(globalThis, Symbol.for('chaos.isCalm'), isCalm);
  require('./wrap-http.cjs');
  for (const library of arms.libraries) require(`./wrap-${library}.cjs`);
}
