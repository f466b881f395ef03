// The page's beginning: who is signed in, and React.
import '../theme/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Account } from '../session/account/account.ts';

const account = new Account();
void account.start();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App account={account} />
  </StrictMode>,
);
