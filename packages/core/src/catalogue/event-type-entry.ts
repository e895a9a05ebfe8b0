/** What is known of one event type. */
export interface EventTypeEntry {
  /** Short name, without the prefix: `entities.clients.create`. */
  readonly name: string;
  /** Full type, as it stands in `ce-type` and in a subscription's `types`. */
  readonly type: string;
  /** `event`: can be subscribed and arrives. `group`: can be subscribed, never arrives. `system`: arrives unasked. */
  readonly kind: 'event' | 'group' | 'system';
  /** One or two segments, such as `entities.clients`. */
  readonly resource: string;
  /** The last segment, such as `create`. */
  readonly action: string;
  /** True when Fatture in Cloud accepts a subscription to it but never sends it. */
  readonly dead: boolean;
  /** The OAuth scopes that the subscribing token needs, all of them. */
  readonly scopes: readonly string[];
  /** True when the scopes are our conclusion and not documented. */
  readonly scopesInferred: boolean;
  /** The call that reads the resource behind an id, where there is one. */
  readonly read?: { readonly sdk: string; readonly http: string };
  /** Groups only: the live single types to send instead of the group. */
  readonly members?: readonly string[];
  /** Groups only: the published list, dead types included. */
  readonly membersDocumented?: readonly string[];
  /** What to know before using it. */
  readonly note?: string;
}
