/** Text as it is, in a box of its own that scrolls and never widens the page. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields.
    <pre class="code" tabIndex={0} role="group" aria-label={label}>
      {text}
    </pre>
  );
}
