/** Failpoints around the answer: `body-read`, `answer-half`, `answered`. */
const { Server } = require('node:http');
const { decide, die, pass } = require('./failpoint.cjs');

const { emit } = Server.prototype;

Server.prototype.emit = /** @this {any} */ function (/** @type {any[]} */ ...values) {
  const [name, request, response] = values;
  if (name === 'request' && request.method === 'POST') watch(request, response);
  return Reflect.apply(emit, this, values);
};

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function watch(request, response) {
  request.once('end', () => pass('body-read'));
  response.once('finish', () => pass('answered'));
  const { end } = response;
  response.end = /** @type {typeof end} */ (
    (/** @type {any[]} */ ...values) => {
      if (decide('answer-half')) {
        // A write that fits into the buffer of the kernel is there when it returns.
        response.socket?.write(`HTTP/1.1 ${response.statusCode}`);
        die('answer-half');
      }
      return Reflect.apply(end, response, values);
    }
  );
}
