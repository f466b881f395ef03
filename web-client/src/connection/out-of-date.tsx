// The server speaks a newer protocol than this page: only loading the page again helps.
import { Notice } from '../landing/notice.tsx';
import { ConnectionDot } from './connection-dot.tsx';

export function OutOfDate() {
  return (
    <Notice title="This page is out of date.">
      <button type="button" className="button primary" autoFocus onClick={() => location.reload()}>
        Reload
      </button>
      <ConnectionDot />
    </Notice>
  );
}
