// markdown-it as HackMD and CodiMD set it up (public/js/extra.js of CodiMD), as far as its parts are packages: what they
// write themselves (`[TOC]`, `{%youtube …%}`, emoji, speaker tags) is made of text after rendering, which stays text here.
import type { Token } from 'markdown-it';
import MarkdownIt from 'markdown-it';
import abbreviations from 'markdown-it-abbr';
import container from 'markdown-it-container';
import definitionLists from 'markdown-it-deflist';
import footnotes from 'markdown-it-footnote';
import imageSizes from 'markdown-it-imsize';
import insertions from 'markdown-it-ins';
import highlights from 'markdown-it-mark';
import math from 'markdown-it-mathjax';
import ruby from 'markdown-it-ruby';
import subscripts from 'markdown-it-sub';
import superscripts from 'markdown-it-sup';

const inSpans = {
  beforeMath: '<span class="math">',
  afterMath: '</span>',
  beforeInlineMath: '<span class="inline math">',
  afterInlineMath: '</span>',
  beforeDisplayMath: '<span class="display math">',
  afterDisplayMath: '</span>',
};

function createRenderer(breaks: boolean) {
  const renderer = new MarkdownIt('default', { html: true, breaks, linkify: true, typographer: true })
    .use(abbreviations)
    .use(footnotes)
    .use(definitionLists)
    .use(highlights)
    .use(insertions)
    .use(subscripts)
    .use(superscripts)
    .use(math(inSpans))
    .use(imageSizes)
    .use(ruby);
  for (const name of ['success', 'info', 'warning', 'danger']) renderer.use(container, name);
  return renderer.use(container, 'spoiler', {
    validate: (info: string) => /^\s*spoiler(\s|$)/.test(info),
    render: (tokens: Token[], at: number) => {
      const { nesting, info } = tokens[at]!;
      return nesting === 1 ? `<details><summary>${renderer.renderInline(info)}</summary>` : '</details>';
    },
  });
}

const withBreaks = createRenderer(true);
const withoutBreaks = createRenderer(false);

const frontMatter = /^---\n((?:[^\s].*\n)*?)(?:---|\.{3})(?:\n|$)/;

/** A line break is one in HackMD, unless the front matter turns that off. The front matter itself is not shown. */
export function renderLikeHackmd(markdown: string): string {
  const normal = markdown.replace(/\r\n?/g, '\n');
  const [whole = '', meta = ''] = frontMatter.exec(normal) ?? [];
  const renderer = /^breaks:\s*false\s*$/m.test(meta) ? withoutBreaks : withBreaks;
  // Kept in the page all the same: HackMD reads settings there, so it may not change.
  const kept = meta && `<pre class="front-matter">${renderer.utils.escapeHtml(meta)}</pre>`;
  return kept + renderer.render(normal.slice(whole.length));
}
