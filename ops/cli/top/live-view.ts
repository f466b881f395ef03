// The live view on a terminal. Its text is that of tables.ts; this is redrawing and keys.
import { Box, render, Text, useApp, useInput } from 'ink';
import { createElement, useEffect, useState, type ReactElement } from 'react';
import { reasonOf } from '../errors.ts';
import { bad, dim } from '../terminal/output.ts';
import type { Reading } from './reading.ts';
import { sampleOf, type TopSample } from './sample.ts';
import { describeTop, sortOrders, type SortOrder } from './tables.ts';

export interface LiveViewOptions {
  readonly read: () => Promise<Reading>;
  readonly everyMs: number;
  readonly hotCount: number;
  /** At first. */
  readonly sortBy: SortOrder;
}

const firstOverMs = 500;

/** Resolves when the person has had enough. */
export async function showLive(options: LiveViewOptions): Promise<void> {
  await render(createElement(LiveView, options)).waitUntilExit();
}

function LiveView({ read, everyMs, hotCount, sortBy }: LiveViewOptions): ReactElement {
  const [sortIndex, setSortIndex] = useState<number>(sortOrders.indexOf(sortBy));
  const [paused, setPaused] = useState(false);
  const { sample, trouble } = useSamples(read, everyMs, hotCount, paused);
  const { exit } = useApp();
  useInput((input) => {
    if (input === 'q') exit();
    if (input === 's') setSortIndex((index) => (index + 1) % sortOrders.length);
    if (input === 'p') setPaused((now) => !now);
  });
  const by: SortOrder = sortOrders[sortIndex]!;
  const text = sample === null ? 'Measuring …' : describeTop(sample, by);
  const keys = dim(`q quits   s sorts (by ${by})   p ${paused ? 'goes on' : 'pauses'}`);
  const lines = [...text.split('\n'), '', keys, ...(trouble === null ? [] : [bad(trouble)])];
  return createElement(
    Box,
    { flexDirection: 'column' },
    lines.map((line, index) => createElement(Text, { key: index, wrap: 'truncate-end' }, line || ' ')),
  );
}

function useSamples(
  read: () => Promise<Reading>,
  everyMs: number,
  hotCount: number,
  paused: boolean,
): { sample: TopSample | null; trouble: string | null } {
  const [sample, setSample] = useState<TopSample | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (paused) return;
    let before: Reading | null = null;
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    let isFirst = true;
    const look = async (): Promise<void> => {
      try {
        const after = await read();
        if (ended) return;
        if (before) setSample(sampleOf(before, after, hotCount));
        setTrouble(null);
        before = after;
      } catch (error) {
        if (!ended) setTrouble(`Cannot look (${reasonOf(error)}); trying again.`);
      }
      // Nobody wants to wait for the first sample.
      const pauseMs = isFirst ? Math.min(firstOverMs, everyMs) : everyMs;
      isFirst = false;
      if (!ended) timer = setTimeout(() => void look(), pauseMs);
    };
    void look();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [read, everyMs, hotCount, paused]);
  return { sample, trouble };
}
