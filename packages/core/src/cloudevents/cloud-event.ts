/** The value of an extension attribute. In binary mode all are strings: HTTP headers have no types. */
export type ExtensionValue = string | boolean | number;

/**
 * The context attributes of a CloudEvents 1.0 event.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes | Context Attributes}
 */
export interface CloudEventAttributes {
  /** The version of the specification: always `1.0`. */
  specversion: '1.0';
  /** Not empty, opaque. Unique together with {@link source}. */
  id: string;
  /** A URI-reference, not empty. */
  source: string;
  /** Not empty. */
  type: string;
  /** What the event is about within the source. Not empty. */
  subject?: string;
  /** An RFC 3339 timestamp, the text as it came. */
  time?: string;
  /** The media type of the data. */
  datacontenttype?: string;
  /** An absolute URI, not empty. */
  dataschema?: string;
  /**
   * Extension attributes by name. Absent when there are none. Decoded events have it without a prototype, so that
   * every name is safe to look up. Numbers are 32-bit integers.
   */
  extensions?: Readonly<Record<string, ExtensionValue>>;
}

/**
 * A CloudEvents 1.0 event: a plain object without methods.
 *
 * @example
 * ```ts
 * const event: CloudEvent = { specversion: '1.0', id: '1', source: '/sensors', type: 'com.example.read', data: 21 };
 * ```
 */
export interface CloudEvent<Data = unknown> extends CloudEventAttributes {
  /**
   * The payload: the JSON value when {@link datacontenttype} declares JSON, a string when it declares text, bytes
   * (`Uint8Array`) otherwise. An absent payload is something else than `null`.
   */
  data?: Data;
}
