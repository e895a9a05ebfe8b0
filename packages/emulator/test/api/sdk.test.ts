import { Configuration, WebhooksApi } from '@fattureincloud/fattureincloud-ts-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, clientCreated, clientUpdated, companyId, startBench } from './call-api.js';

describe("Fatture in Cloud's own SDK, unchanged", () => {
  let bench: Bench;
  let webhooks: WebhooksApi;

  beforeEach(async () => {
    bench = await startBench();
    webhooks = new WebhooksApi(new Configuration({ accessToken: 'a/emulator', basePath: bench.fic.url }));
  });
  afterEach(() => bench.close());

  it('calls all six operations', async () => {
    const { fic, sink } = bench;
    const created = await webhooks.createWebhooksSubscription(companyId, {
      data: {
        sink: sink.url,
        types: [clientCreated],
        verification_method: 'header',
        config: { mapping: 'structured' },
      },
    });
    expect(created.status).toBe(200);
    const id = created.data.data?.id ?? '';
    expect(created.data).toEqual({
      data: {
        id,
        sink: sink.url,
        verified: false,
        types: [clientCreated],
        config: { mapping: 'structured' },
      },
      warnings: null,
    });
    await fic.settled();

    const read = await webhooks.getWebhooksSubscription(companyId, id);
    expect(read.data).toEqual({ data: { ...created.data.data, verified: true } });

    const modified = await webhooks.modifyWebhooksSubscription(companyId, id, {
      data: { types: [clientCreated, clientUpdated] },
    });
    expect(modified.data.data?.types).toEqual([clientCreated, clientUpdated]);
    expect(modified.data.data?.verified).toBe(true);

    const list = await webhooks.listWebhooksSubscriptions(companyId);
    expect(list.data).toEqual({ data: [modified.data.data] });

    const verified = await webhooks.verifyWebhooksSubscription(companyId, id, {
      data: { verification_method: 'query' },
    });
    expect([verified.status, verified.data]).toEqual([200, '']);
    expect((await webhooks.verifyWebhooksSubscription(companyId, id)).status).toBe(200);

    const deleted = await webhooks.deleteWebhooksSubscription(companyId, id);
    expect([deleted.status, deleted.data]).toEqual([200, '']);
    expect(fic.subscriptions()).toEqual([]);
  });

  it('gets errors that it can read', async () => {
    await expect(webhooks.getWebhooksSubscription(companyId, 'SUB9')).rejects.toMatchObject({
      response: { status: 404, data: { error: { message: expect.stringContaining('SUB9') } } },
    });
    const stranger = new WebhooksApi(new Configuration({ basePath: bench.fic.url }));
    await expect(stranger.listWebhooksSubscriptions(companyId)).rejects.toMatchObject({
      response: { status: 401, data: { error: 'invalid_token', error_description: expect.any(String) } },
    });
  });
});
