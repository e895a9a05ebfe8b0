/** A subject taken apart. */
export interface ParsedSubject {
  readonly kind: string;
  readonly identifier: string;
  /** Only for `company:` and a positive whole number in its usual form. */
  readonly companyId: number | undefined;
}

/** Takes `company:108061` apart. The service says "for now": other kinds may come. */
export function parseSubject(subject: string): ParsedSubject {
  const colon = subject.indexOf(':');
  const kind = colon === -1 ? subject : subject.slice(0, colon);
  const identifier = colon === -1 ? '' : subject.slice(colon + 1);
  const number = Number(identifier);
  const isCompany =
    kind === 'company' && Number.isSafeInteger(number) && number > 0 && String(number) === identifier;
  return { kind, identifier, companyId: isCompany ? number : undefined };
}
