// Names inside of sentences. Their direction of writing stays theirs: neither the words around a name nor their marks
// move when it is written from right to left.
import { Fragment } from 'react';
import { isolatedParts } from '../../../protocol/text/visible.ts';

/** A name between words. In a text without elements (a tooltip, a placeholder) `isolated` does the same. */
export function Name({ children }: { readonly children: string }) {
  return <bdi>{children}</bdi>;
}

/** A sentence that was put together as text, with its names `isolated`. */
export function Sentence({ children }: { readonly children: string }) {
  return isolatedParts(children).map(({ text, isName }, i) => (
    <Fragment key={i}>{isName ? <Name>{text}</Name> : text}</Fragment>
  ));
}
