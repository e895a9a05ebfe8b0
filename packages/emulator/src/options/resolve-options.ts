import { z } from 'zod';
import { EmulatorError } from '../emulator-error.js';
import type { Application } from '../model/application.js';
import { type ServiceBehaviour, worstBehaviour } from '../model/service-behaviour.js';
import type { SinkRules } from '../service.js';
import type { HistoryLimits } from '../state/history-table.js';
import { defaultApplication } from './default-application.js';
import type { EmulatorOptions } from './emulator-options.js';
import { explainIssue } from './explain-issue.js';

/** The options with every default in its place. */
export interface ResolvedOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly state: string | undefined;
  readonly clock: 'real' | 'manual';
  readonly applications: readonly Application[];
  readonly behaviour: ServiceBehaviour;
  readonly faults: EmulatorOptions['faults'];
  readonly sinkRules: SinkRules;
  readonly keep: HistoryLimits;
  readonly warn: (message: string) => void;
}

const milliseconds = z
  .int()
  .min(0)
  .max(365 * 86_400_000);

const behaviourShape = z.strictObject({
  answerTimeout: z.int().min(1).max(600_000).optional(),
  onTimeout: z.enum(['dropped', 'retried']).optional(),
  onReset: z.enum(['dropped', 'retried']).optional(),
  retryIntervals: z.tuple([milliseconds, milliseconds, milliseconds]).optional(),
  retryToken: z.enum(['reused', 'fresh']).optional(),
  expiryError: z.enum(['attempt', 'drop']).optional(),
  groupExpansion: z.enum(['documented', 'live', 'refused']).optional(),
  welcomeDelay: milliseconds.optional(),
  welcomeBody: z.enum(['empty', 'null', 'ids']).optional(),
  structuredContentType: z.enum(['application/json', 'application/cloudevents+json']).optional(),
  timeOffset: z.enum(['rome', 'utc']).optional(),
  challengeApplication: z.enum(['absent', 'present']).optional(),
  verificationRetries: z.enum(['on-request', 'automatic']).optional(),
  throttledVerification: z.enum(['ignored', 'refused']).optional(),
  lostSubscription: z.enum(['kept', 'deleted']).optional(),
  noWarnings: z.enum(['null', 'absent', 'empty-list']).optional(),
  warnings: z.enum(['list', 'text']).optional(),
  deliveriesAtOnce: z.int().min(1).max(256).optional(),
});

const applicationShape = z.strictObject({
  id: z.int().positive(),
  accessToken: z.string().min(1),
  scopes: z.array(z.string()).optional(),
  companies: z.array(z.int().positive()).optional(),
  disabled: z.boolean().optional(),
});

const shape = z.strictObject({
  port: z.int().min(0).max(65_535).default(0),
  host: z.string().min(1).default('127.0.0.1'),
  allowedHosts: z.array(z.string().min(1)).default([]),
  state: z.string().min(1).optional(),
  clock: z.enum(['real', 'manual']).default('real'),
  applications: z
    .array(applicationShape)
    .min(1)
    .default([{ ...defaultApplication }]),
  behaviour: behaviourShape.default({}),
  faults: z.custom<EmulatorOptions['faults']>().optional(),
  requireHttps: z.boolean().default(false),
  allowRemoteSinks: z.boolean().default(false),
  keepDeliveries: z.int().min(1).max(1_000_000).default(10_000),
  keepBytes: z.int().min(1_000_000).default(128_000_000),
  logger: z.custom<EmulatorOptions['logger']>().optional(),
});

/**
 * Checks the options and fills in what is left out.
 *
 * @throws EmulatorError `option-invalid`, naming the option.
 */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const { success, data, error } = shape.safeParse(options, { reportInput: true });
  if (!success) throw explain(error);
  const { logger = console } = data;
  return {
    ...data,
    state: data.state,
    faults: data.faults,
    applications: data.applications.map(({ id, accessToken, scopes, companies, disabled }) => ({
      id,
      accessToken,
      scopes: scopes ?? null,
      companies: companies ?? null,
      disabled: disabled ?? false,
    })),
    behaviour: { ...worstBehaviour, ...withoutUndefined(data.behaviour) },
    keep: { deliveries: data.keepDeliveries, bytes: data.keepBytes },
    sinkRules: { allowRemote: data.allowRemoteSinks, requireHttps: data.requireHttps },
    warn: (message) => {
      if (logger !== false) logger.warn(message);
    },
  };
}

function withoutUndefined(behaviour: z.output<typeof behaviourShape>): Partial<ServiceBehaviour> {
  return Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined));
}

function explain(error: z.ZodError): EmulatorError {
  const { field, message } = explainIssue(error, namesAt);
  const option = field || 'options';
  return new EmulatorError('option-invalid', `The option ${option} is wrong. ${message}`, { field: option });
}

function namesAt([option]: readonly PropertyKey[]): readonly string[] {
  if (option === 'behaviour') return behaviourShape.keyof().options;
  return option === 'applications' ? applicationShape.keyof().options : shape.keyof().options;
}
