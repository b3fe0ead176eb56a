// Turns rows of the attribute table into what Tiptap's addAttributes wants.

import type { Attribute } from '@tiptap/core';
import { rulesOf } from './attributes.ts';

type Readers = Record<string, (element: HTMLElement) => unknown>;

/** Carries attributes through the clipboard that the HTML has no other place for (clipboard-style.ts). */
export const styleAttribute = 'data-md';

function styleOf(element: HTMLElement, key: string): unknown {
  const written = element.getAttribute(styleAttribute);
  if (written === null) return null;
  try {
    const style: unknown = JSON.parse(written);
    return typeof style === 'object' && style !== null ? (style as Record<string, unknown>)[key] : null;
  } catch {
    return null;
  }
}

/**
 * The attributes of node or mark `name`, none rendered by itself: the node's own renderHTML does that from coerced
 * values. `readers` says how pasted HTML carries one; what was copied from a note says them
 * all itself.
 */
export function attributesOf(name: string, readers: Readers = {}): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {};
  for (const [key, { default: fallback, coerce, keepOnSplit }] of Object.entries(rulesOf(name))) {
    const reader = readers[key];
    attributes[key] = {
      default: fallback,
      keepOnSplit,
      rendered: false,
      parseHTML: (element) => coerce(styleOf(element, key) ?? reader?.(element)),
    };
  }
  return attributes;
}
