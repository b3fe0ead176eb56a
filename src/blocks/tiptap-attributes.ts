// Turns rows of the attribute table into what Tiptap's addAttributes wants.

import type { Attribute } from '@tiptap/core';
import { rulesOf } from './attributes.ts';

type Readers = Record<string, (element: HTMLElement) => unknown>;

/**
 * The attributes of node or mark `name`, none rendered by itself: the node's own renderHTML does that from coerced
 * values. `readers` says how pasted HTML carries one; an attribute without a reader gets its default on paste.
 */
export function attributesOf(name: string, readers: Readers = {}): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {};
  for (const [key, { default: fallback, coerce, keepOnSplit }] of Object.entries(rulesOf(name))) {
    const reader = readers[key];
    attributes[key] = {
      default: fallback,
      keepOnSplit,
      rendered: false,
      parseHTML: (element) => (reader ? coerce(reader(element)) : fallback),
    };
  }
  return attributes;
}
