// The profiles of one run: which processes they are of, and how much of each belongs to the measured interval.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BenchError, sentenceOf } from '../bench-error.ts';
import { messagesOf, numberAt, objectsAt, type AnyResult } from '../report/found.ts';
import { kindOf, pidIn, type ProcessKind } from './names.ts';
import { workIn, type Work } from './costs.ts';
import { cut, overlapOf, parseProfile, type Interval, type Profile } from './profile.ts';

export interface ProfiledProcess {
  /** Such as `worker 2`. */
  readonly name: string;
  readonly work: Work;
  /** The measured interval alone, where the result names one. */
  readonly profile: Profile;
}

export interface ProfiledRun {
  readonly processes: readonly ProfiledProcess[];
  /** Names the interval of the times, as a sentence. */
  readonly counted: string;
  /** Of the measured interval; undefined: not known, or not what the times are of. */
  readonly messages: number | undefined;
}

interface Read {
  readonly file: string;
  readonly pid: number | null;
  readonly kind: ProcessKind;
  readonly profile: Profile;
}

/** Throws BenchError with what to do. */
export function readProfiles(folder: string, result: AnyResult | null): ProfiledRun {
  const read = filesIn(folder)
    .map((file): Read => {
      const profile = parseProfile(readFileSync(path.join(folder, file), 'utf8'), path.join(folder, file));
      return { file, pid: pidIn(file), kind: kindOf(profile), profile };
    })
    .sort((left, right) => left.profile.startTime - right.profile.startTime);
  const interval = result === null ? null : intervalOf(result);
  const ofRun =
    interval === null ? read : read.filter(({ profile }) => overlapOf(profile, interval) !== null);
  if (ofRun.length === 0) {
    throw new BenchError(
      `None of the profiles in ${folder} is of the time that the result measured: name the result of that run, or ` +
        'leave --result out to see the whole lives of the processes.',
    );
  }
  const names = namesOf(ofRun, result);
  const spent = cpuByPid(interval === null ? null : result);
  const processes = ofRun.map(({ profile, kind, pid }, at) => ({
    name: names[at]!,
    profile: interval === null ? profile : cut(profile, overlapOf(profile, interval)!),
    work: workIn(profile, interval, kind.root, (pid === null ? undefined : spent.get(pid)) ?? null),
  }));
  return {
    processes,
    counted: sentenceOn(interval, result, read.length - ofRun.length),
    messages: interval === null || result === null ? undefined : messagesOf(result),
  };
}

/** In microseconds, of the measured interval. */
function cpuByPid(result: AnyResult | null): Map<number, number> {
  const processes = objectsAt(result, 'usage.processes');
  return new Map(
    processes.map((each) => [numberAt(each, 'pid') ?? 0, (numberAt(each, 'cpuSeconds') ?? 0) * 1_000_000]),
  );
}

function filesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new BenchError(
      `${folder} cannot be read (${sentenceOf(error)}): name the folder that was given to --profile.`,
    );
  }
  const files = names.filter((name) => name.endsWith('.cpuprofile'));
  if (files.length > 0) return files;
  throw new BenchError(
    `There are no profiles in ${folder}: make some with "npm run bench -- chat --profile ${folder}".`,
  );
}

function intervalOf(result: AnyResult): Interval | null {
  const [fromUs, seconds] = [numberAt(result, 'usage.fromUs'), numberAt(result, 'usage.seconds')];
  return fromUs === undefined || seconds === undefined
    ? null
    : { fromUs, untilUs: fromUs + seconds * 1_000_000 };
}

function sentenceOn(interval: Interval | null, result: AnyResult | null, foreign: number): string {
  const others = foreign === 0 ? '' : ` ${foreign} profiles of other runs were left out.`;
  if (interval !== null) {
    return (
      'Only the measured interval counts. The profiler takes waiting for a core for work: where it saw more than the ' +
      `kernel counted, times are shortened to that.${others}`
    );
  }
  const why =
    result === null
      ? 'name the result with --result to see the measured interval alone'
      : 'the result does not tell when its interval began (usage.fromUs): an older bench wrote it';
  return `The whole lives of the processes count, with starting, connecting and stopping: ${why}.`;
}

/** As the result calls the process; else by what it is, with a number where there are several. */
function namesOf(read: readonly Read[], result: AnyResult | null): string[] {
  const told = new Map(
    objectsAt(result, 'usage.processes').map((each) => [each['pid'], String(each['name'])]),
  );
  const wanted = read.map(({ pid, kind }) => (pid === null ? undefined : told.get(pid)) ?? kind.name);
  const seen = new Map<string, number>();
  return wanted.map((name) => {
    if (wanted.indexOf(name) === wanted.lastIndexOf(name)) return name;
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    // A second "worker 1" is another host's.
    return /\d$/.test(name) ? (number === 1 ? name : `${name}, host ${number}`) : `${name} ${number}`;
  });
}
