import type { ClockMode } from '../model/clock-state.js';
import type { FaultChange } from '../model/fault-settings.js';
import type { ServiceBehaviour } from '../model/service-behaviour.js';

/** An application that the emulator shall know from the start. */
export interface ApplicationOptions {
  /** The claim `aid` of its tokens, which a receiver has as `applicationId`. */
  id: number;
  /** Its access token for the Subscriptions API. */
  accessToken: string;
  /** The scopes granted. Default every scope. */
  scopes?: readonly string[] | undefined;
  /** The companies that it may see. Default every company. */
  companies?: readonly number[] | undefined;
  /** True: every call is refused with 403 `NO_PERMISSION`. Default false. */
  disabled?: boolean | undefined;
}

/** Options of {@link startEmulator}. Everything has a default. */
export interface EmulatorOptions {
  /** The port; 0 takes a free one. Default 0. */
  port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`; any other than loopback opens the emulator to the network. */
  host?: string | undefined;
  /** Names, besides loopback ones, that a request may have in its `Host` header. */
  allowedHosts?: readonly string[] | undefined;
  /**
   * The path of the file that keeps the state: the signing key, applications, subscriptions, deliveries, quotas and the
   * clock. Default none: the state is in memory and ends with the emulator.
   */
  state?: string | undefined;
  /** `manual`: time stands still until it is advanced; what is due at once still happens at once. Default `real`. */
  clock?: ClockMode | undefined;
  /**
   * The applications that exist. Default one: id 1234, access token `a/emulator`. A token that is not listed makes an
   * application of its own, up to 1,000 in all. One that has another id than in the state takes its subscriptions along.
   */
  applications?: readonly ApplicationOptions[] | undefined;
  /** What Fatture in Cloud does not publish. Default the worst of each. */
  behaviour?: Partial<ServiceBehaviour> | undefined;
  /** Faults that happen from the start. Default none: a state does not keep them. */
  faults?: FaultChange | undefined;
  /** True: loopback sinks must be HTTPS too. Default false. */
  requireHttps?: boolean | undefined;
  /** True: sinks may be on other machines. Default false: only loopback addresses are called. */
  allowRemoteSinks?: boolean | undefined;
  /** Deliveries that have ended and are kept in the history, from 1 to 1,000,000. Default 10,000. */
  keepDeliveries?: number | undefined;
  /** Bytes that the history may take: ids, requests and answers. At least 1,000,000. Default 128,000,000. */
  keepBytes?: number | undefined;
  /** Where troubles of the emulator itself go, such as a full disk. Default `console`; false silences. */
  logger?: { warn(message: string): void } | false | undefined;
}
