import { Icon } from './icon.js';

/** What {@link NewDeliveries} needs. */
export interface NewDeliveriesProps {
  readonly count: number;
  onShow(): void;
}

/** Tells, over the list, how many deliveries wait to be shown; nothing when none does. */
export function NewDeliveries({ count, onShow }: NewDeliveriesProps) {
  if (count === 0) return null;
  return (
    <p class="new-deliveries">
      <button type="button" class="button primary" onClick={onShow}>
        <Icon name="up" />
        {count.toLocaleString('en')} new
      </button>
    </p>
  );
}
