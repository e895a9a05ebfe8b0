import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A ```ts block of a README. */
export interface Snippet {
  /** The heading that it stands under. */
  readonly heading: string;
  readonly text: string;
}

/** The ```ts blocks of a Markdown file, in their order. */
export async function readSnippets(path: string): Promise<Snippet[]> {
  const snippets: Snippet[] = [];
  let heading = '';
  let lines: string[] | undefined;
  for (const line of (await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).split('\n')) {
    if (lines !== undefined && line === '```') {
      snippets.push({ heading, text: lines.join('\n') });
      lines = undefined;
    } else if (lines !== undefined) lines.push(line);
    else if (line === '```ts') lines = [];
    else if (/^#+ /.test(line)) heading = line.replace(/^#+ /, '');
  }
  return snippets;
}

/** The one snippet under a heading; with `index` another than the first. */
export function pickSnippet(snippets: readonly Snippet[], heading: string, index = 0): Snippet {
  const found = snippets.filter((snippet) => snippet.heading === heading)[index];
  if (found === undefined) throw new Error(`There is no snippet ${index} under "${heading}".`);
  return found;
}
