import { computed, signal } from '@preact/signals';

/** The views that the navigation leads to. */
export const viewNames = ['deliveries', 'subscriptions', 'faults', 'behaviour'] as const;

/** The name of a view. */
export type ViewName = (typeof viewNames)[number];

/** What the views are called. */
export const viewTitles: Readonly<Record<ViewName, string>> = {
  deliveries: 'Deliveries',
  subscriptions: 'Subscriptions',
  faults: 'Faults',
  behaviour: 'Behaviour',
};

/** Where the page is, as written in the hash of its address. */
export interface Route {
  readonly view: ViewName;
  /** The delivery that is open. */
  readonly deliveryId: number | undefined;
}

const hash = signal(location.hash);

/** Where the page is. It follows links and the back button. */
export const route = computed<Route>(() => readRoute(hash.value));

/** The hash that opens a delivery. */
export function linkToDelivery(id: number): string {
  return `#delivery-${id}`;
}

/** Goes somewhere, so that the back button comes back. */
export function goTo(target: string): void {
  location.hash = target;
}

/** Follows the address. */
export function followAddress(): void {
  addEventListener('hashchange', () => {
    hash.value = location.hash;
  });
}

function readRoute(text: string): Route {
  const delivery = /^#delivery-(\d{1,15})$/.exec(text)?.[1];
  if (delivery !== undefined) return { view: 'deliveries', deliveryId: Number(delivery) };
  const view = viewNames.find((name) => text === `#${name}`) ?? 'deliveries';
  return { view, deliveryId: undefined };
}
