// Access tokens of the test issuer, which vouches for anyone: many in one request, since a run has thousands of
// people.
import { BenchError } from '../bench-error.ts';

const subjectsPerRequest = 500;

/** One token for each subject, in the same order. */
export async function fetchTokens(issuer: string, subjects: readonly string[]): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < subjects.length; at += subjectsPerRequest) {
    const answer = await fetch(`${issuer}/tokens`, {
      method: 'POST',
      body: JSON.stringify(subjects.slice(at, at + subjectsPerRequest)),
    });
    if (!answer.ok) throw new BenchError(`The issuer ${issuer} answered POST /tokens with ${answer.status}.`);
    tokens.push(...((await answer.json()) as string[]));
  }
  return tokens;
}
