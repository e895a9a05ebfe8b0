import type { RecordedMessage } from '../../../src/model/attempt.js';
import { LongText } from './long-text.js';

/** What a {@link HeaderTable} needs. */
export interface HeaderTableProps {
  readonly title: string;
  readonly headers: RecordedMessage['headers'];
}

/** Headers in the order sent. */
export function HeaderTable({ title, headers }: HeaderTableProps) {
  if (headers.length === 0) return <p class="muted">No headers.</p>;
  return (
    <table class="headers">
      <caption class="visually-hidden">{title} headers</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {headers.map(([name, value], index) => (
          // A name may come twice, and a recorded list never changes.
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>
              <LongText text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
