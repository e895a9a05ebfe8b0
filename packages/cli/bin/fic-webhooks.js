#!/usr/bin/env node
// Not the built file itself: npm links a workspace's command at install, before anything is built.
import '../dist/fic-webhooks.js';
