/** Serves the packages of this repository as npm would after their publication, until it is interrupted. */
import { publishPackages } from './local-registry/publish-packages.js';
import { startRegistry } from './local-registry/start-registry.js';

const port = 4873;

/** @type {import('./local-registry/start-registry.js').LocalRegistry} */
let registry;
try {
  registry = await startRegistry(port);
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  console.error(
    `Port ${port} is taken. Perhaps this registry runs already in another terminal: then use that one.`,
  );
  process.exit(1);
}
const published = await publishPackages(registry.url);

console.log(`
A local npm registry is running, with these packages as they are now in this repository:

${published.map((one) => `  ${one}`).join('\n')}

In the folder of your app, outside this repository:

  npm install --registry ${registry.url} @fic-webhooks/express express

In a copy of an example:

  npm install --registry ${registry.url}

All other packages come from the registry that npm is configured for here. If that one wants a login, send only our
packages this way:

  npm install --@fic-webhooks:registry=${registry.url}

After a change in this repository, start this again. In your app, remove node_modules and package-lock.json before the
next install: the version is the same, its content is not.

Ctrl+C ends the registry.
`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await registry.close();
    process.exit(0);
  });
}
