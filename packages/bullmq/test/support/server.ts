/** A store of the test's own, which can be stopped, killed and started again. */
export interface Server {
  readonly url: string;
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  /** Waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same files. */
  restart(): Promise<void>;
}
