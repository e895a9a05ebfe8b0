import type { RecordedMessage } from '../../../src/model/attempt.js';
import { BodyView } from './body-view.js';
import { HeaderTable } from './header-table.js';

/** What a {@link MessageView} needs. */
export interface MessageViewProps {
  readonly title: string;
  /** The first line. */
  readonly line: string;
  readonly message: RecordedMessage;
}

/** A request or an answer as recorded. All of it is text: nothing that a sink sent is ever read as HTML. */
export function MessageView({ title, line, message }: MessageViewProps) {
  return (
    <section class="message">
      <h4>{title}</h4>
      <p class="message-line">{line}</p>
      <HeaderTable title={title} headers={message.headers} />
      <BodyView title={title} message={message} />
    </section>
  );
}
