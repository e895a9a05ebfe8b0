import { useSignal } from '@preact/signals';
import type { Mapping, VerificationMethod } from '../../../src/model/subscription.js';
import { subscribeSink } from '../api/actions.js';
import { fixedState } from '../model/emulator-state.js';
import { useAction } from '../model/use-action.js';
import { ErrorText } from './error-text.js';
import { TypePicker } from './type-picker.js';

/** Makes a subscription, as the Subscriptions API would. */
export function SubscribeForm() {
  const action = useAction();
  const made = useSignal('');
  const sink = useSignal('');
  const types = useSignal<readonly string[]>([]);
  const writtenType = useSignal('');
  const companyId = useSignal('108061');
  const applicationId = useSignal('');
  const mapping = useSignal<Mapping>('binary');
  const verificationMethod = useSignal<VerificationMethod>('header');
  const applications = fixedState.value?.applications ?? [];

  const subscribe = async () => {
    made.value = '';
    // A type that was typed and not added was meant all the same.
    const rest = writtenType.value.trim();
    const { id } = await subscribeSink({
      sink: sink.value.trim(),
      types: rest === '' || types.value.includes(rest) ? types.value : [...types.value, rest],
      companyId: Number(companyId.value),
      ...(applicationId.value !== '' && { applicationId: Number(applicationId.value) }),
      mapping: mapping.value,
      verificationMethod: verificationMethod.value,
    });
    made.value = `${id} was made. Its sink gets a verification request now.`;
    types.value = [];
    writtenType.value = '';
  };

  return (
    <form
      class="subscribe-form"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(subscribe);
      }}
    >
      <label class="field">
        Sink
        <input
          type="text"
          inputMode="url"
          placeholder="http://localhost:3000/webhooks/fic"
          autocomplete="off"
          spellcheck={false}
          value={sink.value}
          onInput={(event) => {
            sink.value = event.currentTarget.value;
          }}
        />
      </label>
      <TypePicker
        known={fixedState.value?.types ?? []}
        chosen={types.value}
        written={writtenType.value}
        onChoose={(chosen) => {
          types.value = chosen;
        }}
        onWrite={(text) => {
          writtenType.value = text;
        }}
      />
      <div class="field-pair">
        <label class="field">
          Company
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            value={companyId.value}
            onInput={(event) => {
              companyId.value = event.currentTarget.value;
            }}
          />
        </label>
        <label class="field">
          Application
          <select
            value={applicationId.value}
            onChange={(event) => {
              applicationId.value = event.currentTarget.value;
            }}
          >
            {applications.map(({ id }, index) => (
              <option key={id} value={index === 0 ? '' : id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Mapping
          <select
            value={mapping.value}
            onChange={(event) => {
              mapping.value = event.currentTarget.value as Mapping;
            }}
          >
            <option value="binary">Binary</option>
            <option value="structured">Structured</option>
          </select>
        </label>
        <label class="field">
          Challenge in
          <select
            value={verificationMethod.value}
            onChange={(event) => {
              verificationMethod.value = event.currentTarget.value as VerificationMethod;
            }}
          >
            <option value="header">Header</option>
            <option value="query">Query</option>
          </select>
        </label>
      </div>
      <button type="submit" class="button primary" disabled={action.isRunning}>
        Subscribe
      </button>
      <ErrorText message={action.error} />
      <p class="answer" role="status">
        {made.value}
      </p>
    </form>
  );
}
