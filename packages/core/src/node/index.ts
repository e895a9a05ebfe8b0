export { createNodeHandler, type NodeHandler } from './create-node-handler.js';
export { type NodeRequest, type NodeRequestOptions, toReceiverRequest } from './node-request.js';
export { readNodeBody } from './read-node-body.js';
export { writeNodeResponse } from './write-node-response.js';
