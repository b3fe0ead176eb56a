// How markdown spelled a block or mark goes with it through the clipboard, so that what is moved within a note or to
// another leaves as it came. tiptap-attributes.ts reads it again; what comes from elsewhere has none.

import { Extension } from '@tiptap/core';
import { DOMSerializer } from '@tiptap/pm/model';
import type { DOMOutputSpec, Mark, Node } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import { coerceAttributes, rulesOf } from './attributes.ts';
import { styleAttribute } from './tiptap-attributes.ts';

/** The attributes that are not the default, as JSON; null when all are. */
function formatStyle({ type, attrs }: Node | Mark): string | null {
  const rules = rulesOf(type.name);
  const given = Object.entries(coerceAttributes(type.name, attrs)).filter(
    ([name, value]) => value !== rules[name]!.default,
  );
  return given.length > 0 ? JSON.stringify(Object.fromEntries(given)) : null;
}

function withStyle(spec: DOMOutputSpec, thing: Node | Mark): DOMOutputSpec {
  const style = formatStyle(thing);
  if (!Array.isArray(spec) || style === null) return spec;
  const [tag, second, ...others] = spec as [string, ...unknown[]];
  const hasAttributes = typeof second === 'object' && second !== null && !Array.isArray(second);
  const attributes = { ...(hasAttributes ? second : {}), [styleAttribute]: style };
  const content = hasAttributes || second === undefined ? others : [second, ...others];
  return [tag, attributes, ...content] as unknown as DOMOutputSpec;
}

type ToDom<T, Rest extends unknown[]> = Record<string, (thing: T, ...rest: Rest) => DOMOutputSpec>;

const styled = <T extends Node | Mark, Rest extends unknown[]>(toDom: ToDom<T, Rest>): ToDom<T, Rest> =>
  Object.fromEntries(
    Object.entries(toDom).map(([name, run]) => [
      name,
      (thing: T, ...rest: Rest) => withStyle(run(thing, ...rest), thing),
    ]),
  );

export const ClipboardStyle = Extension.create({
  name: 'clipboardStyle',
  addProseMirrorPlugins() {
    const { schema } = this.editor;
    const nodes = styled(DOMSerializer.nodesFromSchema(schema));
    const marks = styled(DOMSerializer.marksFromSchema(schema));
    return [new Plugin({ props: { clipboardSerializer: new DOMSerializer(nodes, marks) } })];
  },
});
