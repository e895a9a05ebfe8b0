/** The flags of `fic-webhooks emulator`, as written on the command line. */
export interface EmulatorFlags {
  readonly port: string;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly state?: string;
  readonly clock?: string;
  readonly sink?: string;
  readonly types?: readonly string[];
  readonly company?: string;
  readonly mapping?: string;
  readonly verificationMethod?: string;
  readonly applicationId?: string;
  readonly accessTokenEnv?: string;
  readonly behaviour?: readonly string[];
  readonly fault?: readonly string[];
  readonly seed?: string;
  readonly requireHttps?: true;
  readonly allowRemoteSinks?: true;
  readonly keepDeliveries?: string;
  readonly json?: true;
  readonly quiet?: true;
}
