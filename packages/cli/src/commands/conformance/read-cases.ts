import { conformanceCaseNames } from '@fic-webhooks/testing';
import { hint } from '../../input/read-value.js';
import { UsageError } from '../../usage-error.js';

const flag = '--cases';

/**
 * Reads the names of the cases to run. In each, `*` stands for any text.
 *
 * @returns In the order of the suite, each once.
 * @throws UsageError
 */
export function readCases(texts: readonly string[] | undefined): readonly string[] {
  if (texts === undefined) return conformanceCaseNames;
  const chosen = new Set(texts.flatMap(findCases));
  return conformanceCaseNames.filter((name) => chosen.has(name));
}

function findCases(text: string): readonly string[] {
  const parts = text.split('*').map((part) => part.replaceAll(/[^\w\s]/g, String.raw`\$&`));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  const found = conformanceCaseNames.filter((name) => expression.test(name));
  if (found.length > 0) return found;
  const families = [...new Set(conformanceCaseNames.map((name) => `${name.split(':')[0]}: *`))];
  throw new UsageError(
    flag,
    `${flag}: no case is called "${text}". ${hint(text, [...conformanceCaseNames, ...families])}There are ${families.join(', ')}.`,
  );
}
