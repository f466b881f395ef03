// One labelled input, with its hint or its error tied to it for screen readers.
import { html } from '../../edge/http/html.ts';
import type { Html } from '../../edge/http/html.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly value?: string;
  readonly autocomplete: string;
  readonly autofocus: boolean;
  readonly hint?: string;
  readonly error?: string | undefined;
  /** Handles and passwords are not sentences: no capital first letter, no correction. */
  readonly plain?: boolean;
}

export function renderField(field: Field): Html {
  const about = field.error === undefined ? field.hint : field.error;
  const note = field.error === undefined ? 'hint' : 'error';
  return html`<div class="field">
    <label for="${field.name}">${field.label}</label>
    <input
      id="${field.name}"
      name="${field.name}"
      type="${field.type ?? 'text'}"
      required${value(field)}
      autocomplete="${field.autocomplete}"
      ${field.plain && html` autocapitalize="none" autocorrect="off" spellcheck="false"`}${field.error !== undefined && html` aria-invalid="true"`}${about !== undefined && html` aria-describedby="${field.name}-note"`}${field.autofocus && html` autofocus`}
    />
    ${about !== undefined && html`<p class="${note}" id="${field.name}-note">${about}</p>`}
  </div>`;
}

function value(field: Field): Html | undefined {
  return field.value ? html` value="${field.value}"` : undefined;
}

export function renderNotice(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="notice" role="alert">${text}</p>`;
}
