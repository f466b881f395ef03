// Messages per day as a picture, and as a table for those who cannot see it.
import { barsOf, scaleTop, type Bar, type Span } from './bars.ts';
import type { Insight } from '../../../protocol/client/index.ts';

interface ActivityChartProps {
  readonly days: Insight['days'];
  readonly span: Span;
  readonly nowMs: number;
}

const width = 320;
const height = 120;
/** Between bars, as a part of a bar's place. */
const gap = 0.22;
/** A bar that stands for something is never too low to be seen. */
const barHeightMin = 2;

const shortDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

export function ActivityChart({ days, span, nowMs }: ActivityChartProps) {
  const bars = barsOf(days, span, nowMs);
  const most = Math.max(...bars.map(({ messages }) => messages));
  const total = bars.reduce((sum, { messages }) => sum + messages, 0);
  const per = span === 365 ? 'week' : 'day';
  const summary = `${total} messages in the last ${span} days, at most ${most} in one ${per}.`;
  return (
    <figure className="chart">
      <figcaption>
        Messages per {per}
        <span className="chart-top">{scaleTop(most)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary} data-testid="activity-chart">
        {[0, 0.5, 1].map((line) => (
          <path key={line} className="chart-line" d={`M0 ${height * line}H${width}`} />
        ))}
        {bars.map((bar, i) => (
          <BarShape key={bar.from} bar={bar} at={i} count={bars.length} top={scaleTop(most)} />
        ))}
      </svg>
      <p className="chart-ends" aria-hidden="true">
        <span>{dayLabel(bars[0]!.from)}</span>
        <span>Today</span>
      </p>
      <div className="visually-hidden">
        <BarTable bars={bars} per={per} />
      </div>
    </figure>
  );
}

interface BarShapeProps {
  readonly bar: Bar;
  readonly at: number;
  readonly count: number;
  readonly top: number;
}

function BarShape({ bar, at, count, top }: BarShapeProps) {
  if (bar.messages === 0) return null;
  const place = width / count;
  const barHeight = Math.max(barHeightMin, (bar.messages / top) * height);
  return (
    <rect
      className="chart-bar"
      x={at * place + (place * gap) / 2}
      y={height - barHeight}
      width={place * (1 - gap)}
      height={barHeight}
      rx={Math.min(2, place / 4)}
    >
      <title>{`${nameOf(bar)}: ${bar.messages}`}</title>
    </rect>
  );
}

/** Only what is not nothing: a year of zeros is no help to who listens. */
function BarTable({ bars, per }: { readonly bars: readonly Bar[]; readonly per: string }) {
  return (
    <table data-testid="activity-table">
      <caption>Messages per {per}; those not named had none</caption>
      <thead>
        <tr>
          <th scope="col">{per === 'week' ? 'Week' : 'Day'}</th>
          <th scope="col">Messages</th>
        </tr>
      </thead>
      <tbody>
        {bars
          .filter(({ messages }) => messages > 0)
          .map((bar) => (
            <tr key={bar.from} data-day={bar.to}>
              <th scope="row">{nameOf(bar)}</th>
              <td>{bar.messages}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function nameOf({ from, to }: Bar): string {
  return from === to ? dayLabel(from) : `${dayLabel(from)} to ${dayLabel(to)}`;
}

function dayLabel(day: string): string {
  return shortDay.format(Date.parse(day));
}
