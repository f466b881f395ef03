// Rules for handles, display names and passwords (ACC-3), each with the sentence for an input that breaks it.

import { limits } from '../../protocol/limits.ts';

export const handleLength = { min: limits.handleLengthMin, max: limits.handleLengthMax } as const;
export const passwordLength = { min: 10, max: 200 } as const;

export const handleRule = `${handleLength.min} to ${handleLength.max} characters: a–z, 0–9 and _. It is how others find and mention you.`;
export const passwordRule = `At least ${passwordLength.min} characters. Any will do; a few unrelated words work well.`;

const handlePattern = /^[a-z0-9_]+$/;

export interface SignUpFields {
  readonly handle: string;
  readonly displayName: string;
  readonly password: string;
}

export type SignUpErrors = Partial<Record<keyof SignUpFields, string>>;

/** People write `@Ada` and mean `ada`. */
export function normalizeHandle(input: string): string {
  return input.trim().replace(/^@/, '').toLowerCase();
}

export function isHandle(handle: string): boolean {
  return handlePattern.test(handle) && handle.length >= handleLength.min && handle.length <= handleLength.max;
}

/** Takes normalized fields; answers one sentence for each field that will not do. */
export function checkSignUp(
  { handle, displayName, password }: SignUpFields,
  reserved: ReadonlySet<string>,
): SignUpErrors {
  const errors: SignUpErrors = {};
  const handleError = checkHandle(handle, reserved);
  if (handleError) errors.handle = handleError;
  const nameError = checkDisplayName(displayName);
  if (nameError) errors.displayName = nameError;
  const passwordError = checkPassword(password);
  if (passwordError) errors.password = passwordError;
  return errors;
}

function checkHandle(handle: string, reserved: ReadonlySet<string>): string | undefined {
  if (handle === '') return 'Choose a handle.';
  if (!handlePattern.test(handle)) return 'Use only the letters a–z, digits and _ in your handle.';
  if (handle.length < handleLength.min) return `A handle has at least ${handleLength.min} characters.`;
  if (handle.length > handleLength.max) return `A handle has at most ${handleLength.max} characters.`;
  if (reserved.has(handle)) return 'This handle is reserved. Try another one.';
  return undefined;
}

function checkDisplayName(name: string): string | undefined {
  if (name === '') return 'Enter the name others will see.';
  // In UTF-16 units, as the protocol's schemas count.
  if (name.length > limits.displayNameLengthMax)
    return `A name has at most ${limits.displayNameLengthMax} characters.`;
  return undefined;
}

function checkPassword(password: string): string | undefined {
  const length = countChars(password);
  if (length === 0) return 'Choose a password.';
  if (length < passwordLength.min) return `A password has at least ${passwordLength.min} characters.`;
  if (length > passwordLength.max) return `A password has at most ${passwordLength.max} characters.`;
  return undefined;
}

/** Code points, as a person would count them more or less; not UTF-16 units. */
function countChars(text: string): number {
  return [...text].length;
}
