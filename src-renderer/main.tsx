import '@mantine/core/styles.css';
import './styles/tokens.css';
import './styles/window.css';
import './styles/controls.css';
import './styles/view.css';
import './styles/color-bar.css';
import './styles/follow.css';
import './styles/documents.css';
import './styles/mask.css';
import './styles/batch.css';
import './styles/tour.css';
import './styles/check.css';
import './styles/evidence.css';
import './styles/training.css';
import './styles/stack.css';
import './styles/export.css';
import './styles/findings.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startApp } from './actions/start.js';
import { Window } from './app.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');

createRoot(root).render(
  <StrictMode>
    <Window app={startApp()} />
  </StrictMode>,
);
