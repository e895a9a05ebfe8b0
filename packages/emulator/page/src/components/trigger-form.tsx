import { useSignal } from '@preact/signals';
import type { EmitResult } from '../../../src/model/emitted-event.js';
import type { FaultName } from '../../../src/model/fault-settings.js';
import type { Mapping } from '../../../src/model/subscription.js';
import { emitEvent } from '../api/actions.js';
import { fixedState, subscriptions } from '../model/emulator-state.js';
import { findTypes } from '../model/find-types.js';
import { useAction } from '../model/use-action.js';
import { readIds } from '../text/read-ids.js';
import { shortenTypeName } from '../text/shorten-type.js';
import { ErrorText } from './error-text.js';
import { FaultPicker } from './fault-picker.js';
import { Icon } from './icon.js';
import { TriggerResult } from './trigger-result.js';
import { TypeCombobox } from './type-combobox.js';

const defaultCompany = 108061;

/** Lets something happen in a company. */
export function TriggerForm() {
  const action = useAction();
  const result = useSignal<EmitResult | undefined>(undefined);
  const writtenType = useSignal<string | undefined>(undefined);
  const writtenCompany = useSignal<string | undefined>(undefined);
  const ids = useSignal('');
  const mode = useSignal<Mapping | ''>('');
  const isUnlistedAllowed = useSignal(false);
  const chosenFaults = useSignal<readonly FaultName[]>([]);

  // Until something is written, the form is filled in such a way that one click sends something that arrives.
  const [firstSubscription] = subscriptions.value;
  const firstType = firstSubscription?.types[0];
  const type = writtenType.value ?? (firstType ? shortenTypeName(firstType) : 'entities.clients.create');
  const company = writtenCompany.value ?? String(firstSubscription?.companyId ?? defaultCompany);
  const types = fixedState.value?.types ?? [];
  const subscribed = new Set(
    subscriptions.value
      .filter(({ companyId }) => String(companyId) === company.trim())
      .flatMap((subscription) => subscription.types.map(shortenTypeName)),
  );
  const isUnlisted = types.length > 0 && type.trim() !== '' && findTypes(types, type).length === 0;

  const send = async () => {
    result.value = undefined;
    result.value = await emitEvent({
      companyId: Number(company),
      type: type.trim(),
      ids: readIds(ids.value, type),
      ...(mode.value !== '' && { mode: mode.value }),
      ...(isUnlisted && isUnlistedAllowed.value && { unlisted: true }),
      ...(chosenFaults.value.length > 0 && { faults: chosenFaults.value }),
    });
  };

  return (
    <form
      class="trigger-form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(send);
      }}
    >
      <TypeCombobox
        label="Type"
        types={types}
        value={type}
        subscribed={subscribed}
        onInput={(text) => {
          writtenType.value = text;
        }}
      />
      {isUnlisted && (
        <label class="check">
          <input
            type="checkbox"
            checked={isUnlistedAllowed.value}
            onChange={(event) => {
              isUnlistedAllowed.value = event.currentTarget.checked;
            }}
          />
          This type is not listed. Send it to every verified subscription all the same.
        </label>
      )}
      <div class="field-pair company-and-mode">
        <label class="field">
          Company
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={company}
            onInput={(event) => {
              writtenCompany.value = event.currentTarget.value;
            }}
          />
        </label>
        <label class="field">
          Mode
          <select
            value={mode.value}
            onChange={(event) => {
              mode.value = event.currentTarget.value as Mapping | '';
            }}
          >
            <option value="">As subscribed</option>
            <option value="binary">Binary</option>
            <option value="structured">Structured</option>
          </select>
        </label>
      </div>
      <label class="field">
        Ids
        <input
          type="text"
          autocomplete="off"
          placeholder="One by default. Several: 12, 13"
          value={ids.value}
          onInput={(event) => {
            ids.value = event.currentTarget.value;
          }}
        />
      </label>
      <FaultPicker
        chosen={chosenFaults.value}
        onChange={(faults) => {
          chosenFaults.value = faults;
        }}
      />
      <button type="submit" class="button primary" disabled={action.isRunning}>
        <Icon name="send" />
        Send event
      </button>
      <ErrorText message={action.error} />
      <TriggerResult result={result.value} />
    </form>
  );
}
