import { createFetchHandler, createReceiver } from '@fic-webhooks/fetch';

/**
 * An endpoint for the conformance suite, the same in every runtime.
 *
 * | request                   | does                                                                 |
 * | ------------------------- | -------------------------------------------------------------------- |
 * | `/webhooks/fic`           | the webhook                                                          |
 * | `GET /control/handled`    | gives the events whose handler has succeeded                         |
 * | `POST /control/fail-next` | makes the next run of the handler fail                               |
 * | `POST /control/slow-next` | makes the next run of the handler last for `?milliseconds=`          |
 *
 * @param {(env: Record<string, string>) => Record<string, string>} readSettings - Where FIC_SINK and the others are.
 */
export function createEndpoint(readSettings) {
  const handled = [];
  let fails = false;
  let slowness = 0;

  const webhook = createFetchHandler((env) => {
    const { FIC_SINK, FIC_APPLICATION_ID, FIC_PUBLIC_KEY } = readSettings(env);
    const receiver = createReceiver({
      sink: FIC_SINK,
      applicationId: Number(FIC_APPLICATION_ID),
      publicKeys: FIC_PUBLIC_KEY,
      answerWithin: 1_500,
      logger: false,
    });
    return receiver.on('*', async (event) => {
      const milliseconds = slowness;
      slowness = 0;
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (fails) {
        fails = false;
        throw new Error('made to fail');
      }
      handled.push(event);
    });
  });

  return async function answer(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith('/webhooks/fic')) return webhook(request, env, context);
    if (pathname.endsWith('/control/handled')) return Response.json(handled);
    if (pathname.endsWith('/control/fail-next')) fails = true;
    else if (pathname.endsWith('/control/slow-next')) slowness = Number(searchParams.get('milliseconds'));
    else return new Response('Not here.', { status: 404 });
    return new Response(null, { status: 204 });
  };
}
