import { kindOf, kinds } from './kinds.js';
import random from './random.cjs';

/**
 * @typedef {import('./kinds.js').KindName} KindName
 * @typedef {object} PlannedEvent
 * @property {string} id
 * @property {KindName} kind
 * @property {number} number
 * @property {'once' | 'twins' | 'again'} sent Twins are two requests at once; again is a second one much later.
 */

const names = /** @type {KindName[]} */ (Object.keys(kinds));
/** Of a hundred events so many are sent as twins, and so many again. */
const doubles = { twins: 10, again: 5 };
/** The part of a round in which the costly ones are sent. */
const early = 0.2;
/** Events change places with others that are at most so far away. */
const reach = 40;

/**
 * The events of a round, in the order in which they are sent: not that of their numbers.
 *
 * @param {object} options
 * @param {number} options.count
 * @param {number} options.seed
 * @param {boolean} options.transactional Whether there is a database for transactional effects.
 * @param {readonly KindName[]} [options.costly] The kinds with a number of times that are sent. All, when it is left out.
 * @returns {PlannedEvent[]}
 */
export function planEvents({ count, seed, transactional, costly = names }) {
  const next = random.createRandom(seed);
  const fixed = placeCostly();
  /** @type {PlannedEvent[]} */
  const events = [];
  for (let number = 0; number < count; number++) {
    const kind = fixed.get(number) ?? chooseKind();
    events.push({ id: `${number}:${makeUuid(next)}`, kind, number, sent: chooseSent() });
  }
  return reorder(events, next);

  function placeCostly() {
    /** @type {Map<number, KindName>} */
    const places = new Map();
    for (const kind of costly) {
      for (let time = 0; time < (kindOf(kind).times ?? 0); time++) {
        places.set(Math.floor(next() * count * early), kind);
      }
    }
    return places;
  }

  /** @returns {KindName} */
  function chooseKind() {
    let rest = next() * 1_000;
    for (const kind of names) {
      rest -= kindOf(kind).share ?? 0;
      if (rest < 0) return kindOf(kind).transactional && !transactional ? 'plain' : kind;
    }
    return 'plain';
  }

  /** @returns {PlannedEvent['sent']} */
  function chooseSent() {
    const chance = next() * 100;
    if (chance < doubles.twins) return 'twins';
    return chance < doubles.twins + doubles.again ? 'again' : 'once';
  }
}

/** @param {() => number} next */
function makeUuid(next) {
  const digits = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16)).join('');
  return [0, 8, 12, 16, 20].map((from, index, all) => digits.slice(from, all[index + 1])).join('-');
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} next
 */
function reorder(items, next) {
  return items
    .map((item, index) => ({ item, place: index + next() * reach }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
