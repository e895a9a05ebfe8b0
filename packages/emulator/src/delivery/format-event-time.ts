const rome = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Rome',
  timeZoneName: 'longOffset',
});

/** The `time` attribute of an event: RFC 3339 in whole seconds, with the offset of Italy or `Z`. */
export function formatEventTime(milliseconds: number, offset: 'rome' | 'utc'): string {
  if (offset === 'utc') return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
  const hours = readOffset(milliseconds);
  const shifted = new Date(milliseconds + hours * hour);
  return `${shifted.toISOString().slice(0, 19)}+0${hours}:00`;
}

const hour = 3_600_000;

/** The offset of the hour that was asked for last: to format it takes longer than all the rest of an event. */
let known = { hour: Number.NaN, offset: 1 };

/** Hours. They change only at the beginning of an hour. */
function readOffset(milliseconds: number): number {
  const asked = Math.floor(milliseconds / hour);
  if (known.hour !== asked) {
    const part = rome.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName');
    known = { hour: asked, offset: part?.value === 'GMT+02:00' ? 2 : 1 };
  }
  return known.offset;
}
