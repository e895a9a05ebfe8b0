import type { NextConfig } from 'next';

// Leave `trailingSlash` as it is, or register the sink with its slash: Fatture in Cloud follows no redirect.
const config: NextConfig = { poweredByHeader: false };

export default config;
