import type { TokenView } from '../../../src/control/views.js';
import { CodeBlock } from './code-block.js';
import { Icon } from './icon.js';

/** A token with each of its claims judged. */
export function TokenTable({ token: { header, payload, checks } }: { token: TokenView }) {
  const wrong = checks.filter(({ ok }) => !ok).length;
  return (
    <section class="token">
      <h4>
        Token
        <span class="token-sum" data-ok={wrong === 0}>
          {wrong === 0 ? 'everything is right' : `${wrong} of ${checks.length} checks failed`}
        </span>
      </h4>
      <table class="checks">
        <caption class="visually-hidden">Checks of the token</caption>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Value and result</th>
          </tr>
        </thead>
        <tbody>
          {checks.map(({ name, value, expected, ok, why }) => (
            <tr key={name} data-ok={ok}>
              <th scope="row">
                <span class="check-name">
                  <Icon name={ok ? 'check' : 'cross'} />
                  {name}
                  <span class="visually-hidden">{ok ? ', right' : ', wrong'}</span>
                </span>
              </th>
              <td>
                <p class="check-value">{value ?? 'absent'}</p>
                {!ok && <p class="check-expected">Expected: {expected}</p>}
                <p class="check-why">{why}</p>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details class="decoded">
        <summary>Decoded</summary>
        <CodeBlock label="Token header" text={describe(header)} />
        <CodeBlock label="Token claims" text={describe(payload)} />
      </details>
    </section>
  );
}

function describe(part: TokenView['payload']): string {
  return part === null ? 'It cannot be read.' : JSON.stringify(part, null, 2);
}
