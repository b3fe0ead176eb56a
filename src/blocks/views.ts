// Browser only: each block that has a face, with its Svelte component.
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { NodeView, NodeViewConstructor } from '@tiptap/pm/view';
import { coerceAttributes } from './attributes.ts';
import { decisionOf } from './decision/decision.ts';
import DecisionFace from './decision/Decision.svelte';
import type { Face } from './face.ts';
import RollCallFace from './roll-call/RollCall.svelte';
import { showSigned } from './roll-call/signed.ts';
import { SvelteView } from './svelte-view.svelte.ts';

const element = (tag: string, className = '') => Object.assign(document.createElement(tag), { className });

/** A paragraph that is no decision is as plain as it gets. */
class PlainParagraph implements NodeView {
  readonly dom = document.createElement('p');
  readonly contentDOM = this.dom;
  update = (node: Node) => node.type.name === 'paragraph' && decisionOf(node) === null;
}

const paragraph =
  (face: Face): NodeViewConstructor =>
  (node, view, getPos) => {
    if (decisionOf(node) === null) return new PlainParagraph();
    return new SvelteView({
      component: DecisionFace,
      face,
      node,
      view,
      getPos,
      dom: element('div', 'decision'),
      contentDOM: element('p'),
      isSame: (next) => decisionOf(next) !== null,
      decorate: (dom, { attrs }) =>
        dom.setAttribute('data-state', String(coerceAttributes('paragraph', attrs).decision)),
    });
  };

const rollCall =
  (face: Face): NodeViewConstructor =>
  (node, view, getPos) =>
    new SvelteView({
      component: RollCallFace,
      face,
      node,
      view,
      getPos,
      dom: element('section', 'roll-call'),
      contentDOM: element('div', 'roll-call-text'),
      isSame: (next) => next.type === node.type,
      decorate: (dom, { attrs }) =>
        dom.setAttribute('data-id', String(coerceAttributes('rollCall', attrs).id ?? '')),
    });

const timeOfDay = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit' });

/** Gives the blocks their faces. */
export const faces = (face: Face) =>
  Extension.create({
    name: 'faces',
    addProseMirrorPlugins: () => [
      new Plugin({
        key: new PluginKey('faces'),
        props: { nodeViews: { paragraph: paragraph(face), rollCall: rollCall(face) } },
      }),
      showSigned({
        entriesOf: (block) => face.rows(block).map(({ entry }) => entry),
        follow: (changed) => face.followRows(changed),
        formatTime: (at) => timeOfDay.format(at),
      }),
    ],
  });
