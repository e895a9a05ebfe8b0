import { effect, signal } from '@preact/signals';

/** `system` follows the operating system. */
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'fic-webhooks-emulator-theme';

/** Light or dark, remembered by the browser. */
export const theme = signal<Theme>(readTheme());

/** Keeps the page in the chosen colours. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
    try {
      localStorage.setItem(storageKey, theme.value);
    } catch {
      // The browser may forbid storage: then the choice lasts as long as the page.
    }
  });
}

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}
