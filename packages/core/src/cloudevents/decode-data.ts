import { parseJsonBody } from './json-body.js';
import { isJsonMediaType, type MediaType, parseMediaType } from './media-type.js';
import { type DecodeContext, refuse } from './refuse.js';

/**
 * Reads the data of a binary-mode message: parsed under a JSON type, a string under a text type, the bytes
 * otherwise.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#312-event-data-encoding | HTTP Protocol Binding, section 3.1.2}
 */
export function decodeData(contentType: string, body: Uint8Array, context: DecodeContext): unknown {
  if (isJsonMediaType(contentType)) return decodeJson(contentType, body, context, true);
  const type = parseMediaType(contentType);
  if (!type?.essence.startsWith('text/')) return body;
  let decoder: TextDecoder;
  try {
    // A byte order mark is kept: in data it is content. ASCII is UTF-8, and not the Windows-1252 of the web.
    const label = isUtf8(type) ? 'utf-8' : type.parameters['charset'];
    decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch {
    refuse('unsupported-charset');
  }
  try {
    return decoder.decode(body);
  } catch {
    refuse('invalid-utf8-body');
  }
}

/** Reads a JSON body. Its charset can only be UTF-8 (RFC 8259 section 8.1). */
export function decodeJson(
  contentType: string,
  body: Uint8Array,
  context: DecodeContext,
  allowDuplicateMembers = false,
): unknown {
  if (contentType.includes(';')) {
    const type = parseMediaType(contentType);
    if (type !== undefined && !isUtf8(type)) refuse('unsupported-charset');
  }
  const parsed = parseJsonBody(body, context.maxDepth, { allowDuplicateMembers });
  return parsed.ok ? parsed.value : refuse(parsed.reason);
}

/** Whether a media type's charset is UTF-8: by default, by name, or because ASCII is a part of it. */
export function isUtf8({ parameters }: MediaType): boolean {
  return /^(?:utf-?8|(?:us-)?ascii)$/i.test(parameters['charset'] ?? 'utf-8');
}
