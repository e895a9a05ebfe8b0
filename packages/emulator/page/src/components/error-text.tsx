import { Icon } from './icon.js';

/** What went wrong, said at once to those who listen; nothing when nothing did. */
export function ErrorText({ message }: { message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <p class="error" role="alert">
      <Icon name="warning" />
      <span>{message}</span>
    </p>
  );
}
