export { openBackend } from './redis.js';
