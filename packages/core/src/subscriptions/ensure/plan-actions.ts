import type { Mapping, Subscription } from '../subscription.js';
import type { WriteAction } from './ensure-report.js';
import type { Wanted } from './resolve-wanted.js';

/** A create whose types were all refused leaves an empty subscription behind. */
export function clearEmpty({ id, types }: Subscription): WriteAction[] {
  return types.length > 0
    ? []
    : [{ kind: 'delete', id, why: 'It has no types, and none can be given to it.' }];
}

export function makeCreation(wanted: Wanted, types: readonly string[], why: string): WriteAction {
  const { sink, mapping, verificationMethod } = wanted;
  return {
    kind: 'create',
    sink,
    types,
    ...(mapping !== undefined && { mapping }),
    ...(verificationMethod !== undefined && { verificationMethod }),
    why,
  };
}

export function recreate(main: Subscription, wanted: Wanted, target: readonly string[]): WriteAction[] {
  const why =
    'All verification requests of it were sent in vain, so it can never be verified. A new one has five again.';
  return [{ kind: 'delete', id: main.id, why }, makeCreation(wanted, target, `It replaces ${main.id}.`)];
}

/** The smallest change that makes the main subscription right. */
export function changeMain(main: Subscription, wanted: Wanted, target: readonly string[]): WriteAction[] {
  const isMoved = main.sink !== wanted.sink;
  const { verificationMethod } = wanted;
  const mapping = findNewMapping(main, wanted);
  const { add, remove } = compareTypes(main.types, target);
  const reasons = [
    isMoved ? `It is moved here from ${main.sink}.` : '',
    add.length > 0 ? 'Types are missing.' : '',
    remove.length > 0 ? 'It has types that are not asked for.' : '',
    mapping === undefined ? '' : `Its mapping is ${main.mapping}.`,
  ].filter((reason) => reason !== '');
  if (reasons.length === 0) return [];
  return [
    {
      kind: 'modify',
      id: main.id,
      // Without need it would only risk that the sink has to be verified anew.
      ...(isMoved && { sink: wanted.sink, ...(verificationMethod !== undefined && { verificationMethod }) }),
      ...(add.length + remove.length > 0 && { types: target }),
      add,
      remove,
      ...(mapping !== undefined && { mapping }),
      why: reasons.join(' '),
    },
  ];
}

/** Leaves a further subscription of the sink what it alone may have. */
export function tidySibling(sibling: Subscription, wanted: Wanted): WriteAction[] {
  const { id, types, verified } = sibling;
  const rest = types.filter((type) => (wanted.types.includes(type) ? verified : wanted.keepOtherTypes));
  if (rest.length === 0) {
    const why = types.length === 0 ? 'It has no types.' : 'A better subscription of the same sink stands.';
    return [{ kind: 'delete', id, why }];
  }
  const { add, remove } = compareTypes(types, rest);
  const mapping = verified ? findNewMapping(sibling, wanted) : undefined;
  if (remove.length === 0 && mapping === undefined) return [];
  const reasons = [
    remove.length > 0
      ? 'It has types that are not asked for, or that another of the same sink shall have.'
      : '',
    mapping === undefined ? '' : `Its mapping is ${sibling.mapping}.`,
  ].filter((reason) => reason !== '');
  return [
    {
      kind: 'modify',
      id,
      ...(remove.length > 0 && { types: rest }),
      add,
      remove,
      ...(mapping !== undefined && { mapping }),
      why: reasons.join(' '),
    },
  ];
}

function findNewMapping({ mapping }: Subscription, wanted: Wanted): Mapping | undefined {
  return mapping === wanted.mapping ? undefined : wanted.mapping;
}

/** Takes types from subscriptions of other sinks; without any, one is deleted. */
export function takeTypes(elsewhere: readonly Subscription[], target: readonly string[]): WriteAction[] {
  const why = 'takeOver is set, and it has types that are asked for.';
  return elsewhere.flatMap(({ id, types }): WriteAction[] => {
    const rest = types.filter((type) => !target.includes(type));
    if (rest.length === types.length) return [];
    if (rest.length === 0) return [{ kind: 'delete', id, why }];
    return [{ kind: 'modify', id, types: rest, ...compareTypes(types, rest), why }];
  });
}

function compareTypes(
  before: readonly string[],
  after: readonly string[],
): { add: readonly string[]; remove: readonly string[] } {
  return {
    add: after.filter((type) => !before.includes(type)),
    remove: before.filter((type) => !after.includes(type)),
  };
}
