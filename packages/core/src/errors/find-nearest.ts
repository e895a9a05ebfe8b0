/**
 * The candidate nearest to a mistyped text, for "did you mean" hints, or undefined when none is near.
 *
 * @param text - What the caller wrote.
 * @param candidates - The valid values.
 */
export function findNearest(text: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  // More than two fifths of the text wrong is no typo any more.
  let best = Math.floor(text.length * 0.4) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
