import { describe, expect, test } from 'vitest';
import { type PlanInput, planSubscription } from '../../src/subscriptions/ensure/plan-subscription.js';
import type { Subscription } from '../../src/subscriptions/index.js';

const sink = 'https://example.com/webhooks/fic';

function plan(
  existing: readonly Partial<Subscription>[],
  wanted: Partial<PlanInput['wanted']> = {},
  others: Partial<PlanInput> = {},
): ReturnType<typeof planSubscription> {
  return planSubscription({
    wanted: {
      sink,
      types: ['a', 'b'],
      mapping: undefined,
      verificationMethod: undefined,
      keepOtherTypes: false,
      moveSinkFrom: undefined,
      takeOver: false,
      ...wanted,
    },
    existing: existing.map((one, index) => ({
      id: `SUB${index + 1}`,
      sink,
      verified: true,
      types: [],
      mapping: 'binary',
      ...one,
    })),
    refused: new Set(),
    isLost: () => false,
    ...others,
  });
}

/** The actions in short. */
const short = (...parameters: Parameters<typeof plan>) =>
  plan(...parameters).actions.map((action) => {
    switch (action.kind) {
      case 'create':
        return `create ${action.types.join()}`;
      case 'modify':
        return `modify ${action.id} ${action.types?.join() ?? 'as it is'}`;
      default:
        return `${action.kind} ${action.id}`;
    }
  });

const elsewhere = 'https://example.com/old';

describe('the plan', () => {
  test.each<[string, Parameters<typeof plan>, string[]]>([
    ['nothing there', [[]], ['create a,b']],
    ['all there', [[{ types: ['b', 'a'] }]], []],
    ['one missing, one too many', [[{ types: ['x', 'b'] }]], ['modify SUB1 b,a']],
    ['one too many may stay', [[{ types: ['x', 'b', 'a'] }], { keepOtherTypes: true }], []],
    ['empty', [[{ verified: false }]], ['modify SUB1 a,b']],
    ['taken', [[{ sink: elsewhere, types: ['a', 'b'] }]], []],
    ['half taken', [[{ sink: elsewhere, types: ['a', 'x'] }]], ['create b']],
    [
      'taken over',
      [
        [
          { sink: elsewhere, types: ['a', 'x'] },
          { sink: elsewhere, types: ['b'] },
        ],
        { takeOver: true },
      ],
      ['modify SUB1 x', 'delete SUB2', 'create a,b'],
    ],
    ['moved', [[{ sink: elsewhere, types: ['a', 'x'] }], { moveSinkFrom: elsewhere }], ['modify SUB1 a,b']],
    [
      'moved as it is',
      [[{ sink: elsewhere, types: ['a', 'b'] }], { moveSinkFrom: 'SUB1' }],
      ['modify SUB1 as it is'],
    ],
    [
      'not moved to where something stands',
      [[{ sink: elsewhere, types: ['a'] }, { types: ['b'] }], { moveSinkFrom: 'SUB1' }],
      [],
    ],
    [
      'moved to where only an empty one is',
      [[{ sink: elsewhere, types: ['a', 'b'] }, {}], { moveSinkFrom: 'SUB1' }],
      ['delete SUB2', 'modify SUB1 as it is'],
    ],
    [
      'not moved for nothing',
      [
        [
          { sink: elsewhere, types: ['x'] },
          { sink: 'https://example.org/', types: ['a', 'b'] },
        ],
        { moveSinkFrom: 'SUB1', keepOtherTypes: true },
      ],
      [],
    ],
    ['refused', [[], {}, { refused: new Set(['a']) }], ['create b']],
    ['all refused', [[], {}, { refused: new Set(['a', 'b']) }], []],
    ['refused, but there', [[{ types: ['a', 'b'] }], {}, { refused: new Set(['a']) }], []],
    ['all refused, and an empty one there', [[{}], {}, { refused: new Set(['a', 'b']) }], ['delete SUB1']],
    ['none can be given, others stay', [[{ types: ['x'] }], {}, { refused: new Set(['a', 'b']) }], []],
    ['two that share the types', [[{ types: ['a'] }, { types: ['b'] }]], []],
    [
      'two, one of them unverified',
      [[{ types: ['a'], verified: false }, { types: ['b'] }]],
      ['delete SUB1', 'modify SUB2 b,a'],
    ],
    [
      'two unverified',
      [
        [
          { types: ['a'], verified: false },
          { types: ['b'], verified: false },
        ],
      ],
      ['delete SUB2', 'modify SUB1 a,b'],
    ],
    [
      'lost',
      [[{ types: ['a', 'x'], verified: false }], {}, { isLost: () => true }],
      ['delete SUB1', 'create a,b'],
    ],
    ['verified, so never lost', [[{ types: ['a', 'b'] }], {}, { isLost: () => true }], []],
    ['another mapping', [[{ types: ['a', 'b'] }], { mapping: 'structured' }], ['modify SUB1 as it is']],
    [
      'the mapping of another one of the sink',
      [[{ types: ['a'] }, { types: ['b'], mapping: 'structured' }], { mapping: 'binary' }],
      ['modify SUB2 as it is'],
    ],
    [
      'the unwanted types of another one',
      [[{ types: ['a'] }, { types: ['b', 'x'] }, { types: ['y'] }]],
      ['modify SUB2 b', 'delete SUB3'],
    ],
    [
      'the same, to be kept',
      [[{ types: ['a'] }, { types: ['b', 'x'] }, { types: ['y'] }], { keepOtherTypes: true }],
      [],
    ],
  ])('%s', (_, parameters, expected) => {
    expect(short(...parameters)).toEqual(expected);
  });

  test('does not depend on the order of the list', () => {
    const list = [
      { id: 'SUB10', types: ['a'] },
      { id: 'SUB9', types: ['b'] },
      { id: 'SUB8', types: ['b', 'x'], verified: false },
    ];
    expect(short(list)).toEqual(short([...list].reverse()));
    expect(plan(list).main?.id).toBe('SUB9');
  });

  test('sends no sink and no method where the sink does not move', () => {
    const [modified] = plan([{ types: ['a'] }], { verificationMethod: 'query' }).actions;
    expect(modified).toEqual({
      kind: 'modify',
      id: 'SUB1',
      types: ['a', 'b'],
      add: ['b'],
      remove: [],
      why: 'Types are missing.',
    });
    const [moved] = plan([{ sink: elsewhere, types: ['a', 'x'] }], {
      verificationMethod: 'query',
      moveSinkFrom: elsewhere,
      mapping: 'structured',
    }).actions;
    expect(moved).toMatchObject({ sink, verificationMethod: 'query', mapping: 'structured', remove: ['x'] });
  });
});
