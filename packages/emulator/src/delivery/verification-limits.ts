/** Verification requests per sink of a subscription. */
export const maximumVerifications = 5;

/** Milliseconds between verification requests. */
export const verificationInterval = 10 * 60_000;
