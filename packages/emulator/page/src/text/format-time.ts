const dateAndTime = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

/** Date and time in the reader's time zone, to the second. */
export function formatInstant(instant: number): string {
  return dateAndTime.format(instant);
}
