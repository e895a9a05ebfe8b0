import type { Delivery, DeliveryKind, DeliveryState } from '../model/delivery.js';
import type { FaultName } from '../model/fault-settings.js';
import type { Mapping } from '../model/subscription.js';

/** A delivery as it lies in its table. */
export interface DeliveryRow {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly subscription_id: string;
  readonly company_id: number;
  readonly application_id: number;
  readonly sink: string;
  readonly mapping: Mapping;
  readonly event_id: string;
  readonly type: string;
  readonly ids: string;
  readonly time: string;
  readonly created_at: number;
  readonly due_at: number | null;
  readonly ended_at: number | null;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly reason: string | null;
  readonly repeats: number | null;
  readonly faults: string;
}

/** The columns of a {@link DeliveryRow}, for SQL. */
export const deliveryColumns = `id, kind, state, subscription_id, company_id, application_id, sink, mapping, event_id,
  type, ids, time, created_at, due_at, ended_at, attempts, last_status, reason, repeats, faults`;

/** Reads a row. */
export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    subscriptionId: row.subscription_id,
    companyId: row.company_id,
    applicationId: row.application_id,
    sink: row.sink,
    mapping: row.mapping,
    eventId: row.event_id,
    type: row.type,
    ids: JSON.parse(row.ids) as (number | string)[],
    time: row.time,
    createdAt: row.created_at,
    dueAt: row.due_at,
    endedAt: row.ended_at,
    attempts: row.attempts,
    lastStatus: row.last_status,
    reason: row.reason,
    repeats: row.repeats,
    faults: JSON.parse(row.faults) as FaultName[],
  };
}
