/** A path as it stands in a request, where what is not ASCII is percent-encoded. */
export function encodePath(path: string): string {
  return path.replace(/\P{ASCII}+/gu, encodeURIComponent);
}
