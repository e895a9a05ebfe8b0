import { type Answer, explainAnswer } from '../../../output/explain-answer.js';
import { type Check, ok, problem, unchecked, warning } from '../check.js';
import { isEcho } from './is-echo.js';
import type { GenuineReplies, Reply } from './sink-probe.js';

/** Whether the sink takes what Fatture in Cloud sends, as far as that can be found out. */
export function checkGenuine(replies: GenuineReplies | undefined): Check[] {
  if (replies === undefined) {
    const why = 'it takes a token that the sink trusts. Give --private-key during development';
    return [
      unchecked(
        'challenge',
        `Whether the sink answers a challenge was not checked: ${why}, or see below whether it is verified.`,
      ),
      unchecked('genuine-event', `Whether the sink takes genuine events was not checked: ${why}.`),
    ];
  }
  const { challengeInHeader, challengeInQuery, binary, structured } = replies;
  if (isGuarded(challengeInHeader)) {
    return [
      warning(
        'challenge',
        'The sink answers 401 to a challenge that is signed with the key given: it trusts another key, or a guard in front of the webhook takes the Authorization header for its own.',
        'Give the key whose public half the sink trusts, and exempt the path from guards of the whole app.',
      ),
      unchecked(
        'genuine-event',
        'Whether the sink takes genuine events was not checked: it answers 401 to the key given.',
      ),
    ];
  }
  if (isDistrusted(challengeInHeader)) {
    const why = 'the sink does not trust the key given, as it should be in production';
    return [
      unchecked('challenge', `Whether the sink answers a challenge was not checked: ${why}.`),
      unchecked('genuine-event', `Whether the sink takes genuine events was not checked: ${why}.`),
    ];
  }
  return [
    checkChallenge({ 'in the header': challengeInHeader, 'in the query': challengeInQuery }),
    checkEvents({ binary, structured }),
  ];
}

/** 401 without the code of a receiver: who answered it is unknown. */
function isGuarded(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.status === 401 && explainAnswer(reply).code === undefined;
}

function isDistrusted(reply: Reply): boolean {
  const code = reply.kind === 'answer' ? explainAnswer(reply).code : undefined;
  return code === 'signing-key-unknown' || code === 'token-untrusted';
}

function checkChallenge(replies: Readonly<Record<string, Reply>>): Check {
  const failed = Object.entries(replies).find(([, reply]) => !isEcho(reply));
  if (failed === undefined)
    return ok('challenge', 'The sink answers challenges, in the header and in the query.');
  const [where, reply] = failed;
  return problem(
    'challenge',
    `The sink does not answer a challenge ${where}: ${describe(reply)}.`,
    `Answer 200 with {"verification":"<the challenge>"} and nothing around it. ${hintOf(reply)}`.trim(),
  );
}

function checkEvents(replies: Readonly<Record<string, Reply>>): Check {
  const failed = Object.entries(replies).find(
    ([, reply]) => reply.kind !== 'answer' || !explainAnswer(reply).delivered,
  );
  if (failed === undefined)
    return ok('genuine-event', 'The sink takes genuine events, in binary and in structured mode.');
  const [mode, reply] = failed;
  const meaning = reply.kind === 'answer' ? ` ${explainAnswer(reply).meaning}` : '';
  return problem(
    'genuine-event',
    `The sink does not take a genuine welcome event in ${mode} mode: ${describe(reply)}.${meaning}`,
    hintOf(reply) || 'Look into the log of the app.',
  );
}

function describe(reply: Reply): string {
  if (reply.kind === 'silence') return reply.error.message.replace(/\.$/, '');
  const { code } = explainAnswer(reply);
  return `it answers ${reply.status}${code === undefined ? '' : ` ${code}`}`;
}

function hintOf(reply: Reply): string {
  return reply.kind === 'answer' ? (explainAnswer(reply satisfies Answer).hint ?? '') : '';
}
