export {
  type InspectTokenOptions,
  inspectToken,
  type TokenCheck,
  type TokenInspection,
  type TokenPart,
  type TokenRefusal,
} from './inspect-token.js';
