/**
 * Everything but printable ASCII without space, double quote and percent sign.
 */
const unsafe = /[^\x21\x23\x24\x26-\x7e]/gu;

/**
 * Percent-encodes the value of a `ce-*` header as UTF-8.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values | HTTP Protocol Binding, section 3.1.3.2}
 */
export function encodeHeaderValue(value: string): string {
  return value.replace(unsafe, encodeURIComponent);
}
