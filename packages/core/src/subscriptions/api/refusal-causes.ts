import type { FicApiErrorCode } from '../fic-api-error.js';

/** What each kind of failure means, and what to do about it. */
export const refusalCauses: Readonly<Record<FicApiErrorCode, { meaning: string; cure: string }>> = {
  'api-unauthorised': {
    meaning: 'The service does not know the access token, or it has expired: they last 24 hours.',
    cure: 'Refresh it. With a function as accessToken that happens by itself.',
  },
  'api-permission': {
    meaning: 'The access token may not do this: it lacks a scope, or does not see this company.',
    cure: 'Check the company, and ask for the scopes when the user connects the application. Each type needs its Read scope.',
  },
  'api-application-disabled': {
    meaning: 'The application is disabled.',
    cure: 'Enable it in the settings of Fatture in Cloud, or ask its support.',
  },
  'api-quota': {
    meaning: 'A quota of calls is used up.',
    cure: 'Wait until it is back. All programs that use this application in this company share it: look for one that calls too often.',
  },
  'api-not-found': {
    meaning:
      'There is no such subscription of this application in this company. It may have expired or been deleted.',
    cure: 'Look at the list. ensure makes it again.',
  },
  'api-conflict': {
    meaning: 'The service cannot do this in the present state.',
    cure: 'Look at the list, and at how often verification was asked for: after 5 attempts a subscription has to be made anew.',
  },
  'api-validation': {
    meaning: 'The service does not take what was sent.',
    cure: 'Correct the fields it names. A sink must be HTTPS.',
  },
  'api-refused': {
    meaning: 'The service refuses this kind of call.',
    cure: 'Check baseUrl. If it is right, update this package.',
  },
  'api-server': {
    meaning: 'The service has trouble of its own.',
    cure: 'Try again later.',
  },
  'api-redirected': {
    meaning:
      'The answer leads to another address. It was not followed, so that the access token goes nowhere else.',
    cure: 'Check baseUrl: a slash, http instead of https, or a proxy that wants a login.',
  },
  'api-answer-unexpected': {
    meaning: 'The answer is not what the service is known to send.',
    cure: 'Check baseUrl, and look for a proxy that answers in its place. If it is right, update this package.',
  },
  'api-unreachable': {
    meaning: 'No answer came: the network, a proxy or the name service.',
    cure: 'Check the connection of this machine, and baseUrl.',
  },
  'api-timeout': {
    meaning: 'No whole answer came in time.',
    cure: 'Try again later, or raise the option timeout.',
  },
};
