import { findNearest } from '@fic-webhooks/core/catalogue';
import { cutText } from '../cut-text.js';
import { ControlError } from './control-error.js';

/** Characters of a path that are looked at, and said again. */
const maximumPath = 200;

/** The routes that exist, to tell the caller of one that does not what was probably meant. */
export class RouteList {
  /** The methods by the pattern of the path, such as `/_emulator/deliveries/:id`. */
  readonly #methods = new Map<string, Set<string>>();

  add(pattern: string, methods: string | readonly string[]): void {
    const known = this.#methods.get(pattern) ?? new Set();
    for (const method of typeof methods === 'string' ? [methods] : methods) known.add(method);
    this.#methods.set(pattern, known);
  }

  /** The methods of a path; none when there is no route at all. */
  methodsOf(path: string): string[] {
    const found = [...this.#methods].filter(([pattern]) => matches(pattern, path));
    return found.flatMap(([, methods]) => [...methods]).sort();
  }

  /** What to answer to a call that has no route, or whose file is not there. */
  explainMissing(method: string, requested: string): ControlError {
    const allowed = this.methodsOf(requested);
    const path = cutText(requested, maximumPath);
    if (allowed.length > 0 && !allowed.includes(method)) {
      return new ControlError({
        status: 405,
        code: 'method-not-allowed',
        message: `method: ${method} ${path} does not exist. There is ${allowed.join(', ')}.`,
        field: 'method',
      });
    }
    const nearest = allowed.length > 0 ? undefined : findNearest(path, [...this.#methods.keys()]);
    const hint = nearest === undefined ? 'See the README for the calls that exist.' : this.#suggest(nearest);
    return new ControlError({
      status: 404,
      code: 'route-unknown',
      message: `path: there is no ${path}. ${hint}`,
      field: 'path',
    });
  }

  #suggest(pattern: string): string {
    const methods = [...(this.#methods.get(pattern) ?? [])].filter((method) => method !== 'HEAD');
    return `Did you mean ${methods.join(' or ')} ${pattern}?`;
  }
}

/** Part by part: `:id` stands for any one part, `*` for all the rest. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.at(-1) === '*' && given.length >= wanted.length) given.length = wanted.length;
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || part === '*' || part.startsWith(':'))
  );
}
