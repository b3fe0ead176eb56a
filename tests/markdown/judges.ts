// The independent judges: renderers that Rollcall does not use. What they show before and after must be the same.
import { HtmlRenderer, Parser } from 'commonmark';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { renderLikeHackmd } from './hackmd.ts';
import { treeOf } from './html-tree.ts';

export type Judge = (markdown: string) => string;

const renderLikeGithub = (markdown: string) =>
  micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });

const renderCommonMark = (markdown: string) => new HtmlRenderer().render(new Parser().parse(markdown));

const judge =
  (render: (markdown: string) => string): Judge =>
  (markdown) =>
    treeOf(render(markdown));

export const github = judge(renderLikeGithub);
export const hackmd = judge(renderLikeHackmd);
export const commonMark = judge(renderCommonMark);
