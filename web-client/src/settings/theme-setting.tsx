// Colours of the page on this device: as the system has them, or always light or dark.
import { useState } from 'react';
import { useSession } from '../session/use-chat.ts';
import { applyTheme, themeOf, themes, type Theme } from '../session/device/theme.ts';

const labels: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function ThemeSetting() {
  const { kept } = useSession();
  const [theme, setTheme] = useState(() => themeOf(kept));
  const choose = (next: Theme) => {
    kept.set('theme', next === 'system' ? null : next);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">Colours</legend>
      {themes.map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="theme"
            value={each}
            checked={theme === each}
            onChange={() => choose(each)}
          />
          {labels[each]}
        </label>
      ))}
    </fieldset>
  );
}
