/**
 * The key that Fatture in Cloud publishes, as published: base64 of a PEM.
 *
 * RFC 7638 thumbprint `8ufCLSJm9ZWWUd34K1Jua2Ugg60MfJ6ghvxjLGwAEsQ`. There is one key for all customers: it proves
 * that Fatture in Cloud signed, not that it signed for you. That is what `sink` and `applicationId` are for.
 *
 * @see https://developers.fattureincloud.it/docs/webhooks/
 */
export const ficPublicKey =
  'LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFL1JvSElqZ1k3aGZYZlk1cC9KeStLL0ZndU1aNAozVHZaOXQ0ZU43K2t4UTBNSnpLdG93djRDY1lURnFyQm03aE1CNVpXS25xTHoyNEQ2bFFqU0wwWXN3PT0KLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0tCg==';
