/** The keys of the list, for those who have some. */
export function KeyHints() {
  return (
    <p class="keys">
      <kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>Enter</kbd> opens, <kbd>Esc</kbd> closes
    </p>
  );
}
