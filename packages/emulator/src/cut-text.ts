/** Characters of what a caller wrote that an answer says again. */
const usual = 100;

/** Cuts a text that somebody else wrote, so that an answer that quotes it stays short. */
export function cutText(text: string, maximum = usual): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum)}…`;
}
