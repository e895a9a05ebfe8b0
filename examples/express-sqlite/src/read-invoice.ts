import type { FicContext } from '@fic-webhooks/express';

/** What is entered of an invoice. */
export interface Invoice {
  company: number;
  id: number;
  /** Null without an access token: the event itself carries ids only. */
  number: number | null;
  amount: number | null;
}

/** What is looked at of the answer of the API. */
interface Answer {
  data: { number: number | null; amount_gross: number | null };
}

/**
 * Reads an invoice as it is now, with Get Issued Document of https://developers.fattureincloud.it/api-reference.
 *
 * @returns Undefined when it has been deleted.
 * @throws Error for every other refusal, so that the event comes again.
 */
export async function readInvoice(options: {
  apiUrl: string;
  accessToken: string;
  company: number;
  id: number;
  context: FicContext;
}): Promise<Invoice | undefined> {
  const { apiUrl, accessToken, company, id, context } = options;
  const response = await fetch(new URL(`/c/${company}/issued_documents/${id}`, apiUrl), {
    headers: { authorization: `Bearer ${accessToken}` },
    // Aborts when the handler has run for a minute, or its event has gone to another process.
    signal: context.signal,
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    // A quota that is used up, 429 or 403, says when there is more of it. To wait for that costs no attempt.
    // https://developers.fattureincloud.it/docs/basics/limits-and-quotas
    const seconds = Number(response.headers.get('retry-after'));
    if (seconds > 0) context.retryAfter(seconds * 1_000);
    throw new Error(`The API answered ${response.status} to the request for invoice ${id}.`);
  }
  const { data } = (await response.json()) as Answer;
  return { company, id, number: data.number, amount: data.amount_gross };
}
