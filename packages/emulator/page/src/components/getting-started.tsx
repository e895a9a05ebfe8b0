import { fixedState } from '../model/emulator-state.js';
import { CodeBlock } from './code-block.js';

/** Tells how to get the first subscription. */
export function GettingStarted() {
  const application = fixedState.value?.applications[0];
  const body = JSON.stringify({
    data: { sink: 'http://localhost:3000/webhooks/fic', types: ['entities.clients.create'] },
  });
  return (
    <div class="getting-started">
      <h3>Nobody listens yet</h3>
      <p>Deliveries go to subscriptions, and there is none. Make one in the way you like best:</p>
      <ul>
        <li>
          <p>
            On this page: <a href="#subscriptions">subscribe a sink</a>.
          </p>
        </li>
        <li>
          <p>From a shell, when the emulator starts:</p>
          <CodeBlock
            label="Command that starts the emulator"
            text={
              'npx fic-webhooks emulator \\\n  --sink http://localhost:3000/webhooks/fic \\\n  --types entities.clients.create'
            }
          />
        </li>
        <li>
          <p>With the Subscriptions API, as your application does it:</p>
          <CodeBlock
            label="Call of the Subscriptions API"
            text={[
              `curl ${location.origin}/c/108061/subscriptions`,
              `  -H 'Authorization: Bearer ${application?.accessToken ?? 'a/emulator'}'`,
              `  -H 'Content-Type: application/json'`,
              `  -d '${body}'`,
            ].join(' \\\n')}
          />
        </li>
      </ul>
      <p>
        Your receiver needs the public key, which the button above copies, and the application id{' '}
        <code>{application?.id ?? 1234}</code>.
      </p>
    </div>
  );
}
