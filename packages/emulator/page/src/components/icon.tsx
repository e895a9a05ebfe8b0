const drawings = {
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  clock: 'M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z',
  send: 'M4 12h14M12.5 6.5 18.5 12l-6 5.5',
  ban: 'M6 6l12 12M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z',
  repeat: 'M19 12a7 7 0 1 1-2.2-5.1M19.5 3.5v4.5H15',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  back: 'M19 12H5M11 6l-6 6 6 6',
  bolt: 'M13 3 5 13.5h6L10.5 21 19 10h-6.5z',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7',
  warning: 'M12 9v4.5M12 17v.01M12 3.8 21 19.5H3z',
  up: 'M12 19V5M6 11l6-6 6 6',
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof drawings;

/** A drawing beside a word: it says nothing by itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[name]} />
    </svg>
  );
}
