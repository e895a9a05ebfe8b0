import { render } from 'preact';
import { App } from './components/app.js';
import { startTicking } from './model/clock.js';
import { followEmulator } from './model/connection.js';
import { followAddress } from './model/route.js';
import { applyTheme } from './model/theme.js';
import './styles/index.css';

const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no element with the id "page".');

applyTheme();
followAddress();
render(<App />, root);
startTicking();
followEmulator();
