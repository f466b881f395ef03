// The present, coarse: components that say "Yesterday" render anew when that changes, not every second.
import { useEffect, useState } from 'react';

const everyMs = 60_000;

export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
