import { expect, test } from 'vitest';
import type { BlockId } from '../../src/core/ids.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { fromMarkdown } from '../../src/blocks/markdown.ts';

const html = (markdown: string, today?: string) =>
  toHtml(fromMarkdown(markdown, { createId: () => 'r' as BlockId }), new Map(), { today });

test.each([
  ['plain text is escaped', 'a < b & "c"', '<p>a &lt; b &amp; &quot;c&quot;</p>'],
  ['a mark over several nodes stays one element', '**a *b* c**', '<p><strong>a <em>b</em> c</strong></p>'],
  [
    'links open elsewhere and tell nothing',
    '[a](https://a.b "t")',
    '<p><a target="_blank" rel="noopener noreferrer nofollow" href="https://a.b" title="t">a</a></p>',
  ],
  [
    'images load late and tell nothing',
    '![a](https://a.b/c.png)',
    '<p><img referrerpolicy="no-referrer" loading="lazy" src="https://a.b/c.png" alt="a"></p>',
  ],
  ['code names its language', '```js=1\n<b>\n```', '<pre><code class="language-js">&lt;b&gt;</code></pre>'],
  [
    'raw HTML is source, and loads nothing',
    '<img src="https://a.b/c.png">',
    '<pre class="raw" data-raw="html" data-label="HTML" role="group" aria-label="HTML source" spellcheck="false" contenteditable="inherit"><code>&lt;img src=&quot;https://a.b/c.png&quot;&gt;</code></pre>',
  ],
  [
    'a task has its box',
    '- [x] done',
    '<ul><li data-checked="true"><label contenteditable="false"><input type="checkbox" aria-label="Done: done" checked=""></label><div><p>done</p></div></li></ul>',
  ],
  ['an empty line has its height', '-', '<ul><li><p><br></p></li></ul>'],
  [
    'a table aligns its cells',
    '| a |\n| ---: |',
    '<table><tbody><tr><th style="text-align: right">a</th></tr></tbody></table>',
  ],
])('%s', (_, markdown, expected) => {
  expect(html(markdown)).toBe(expected);
});

test('an action item shows who and by when, and that it is overdue only while it is open', () => {
  const source = (box: string) => `- [${box}] @minrk **write @tim** it (by 2026-11-01)`;
  expect(html(source(' '), '2026-11-23')).toContain(
    '<p><span class="assignee" data-handle="minrk">@minrk</span> <strong>write <span class="assignee" data-handle="tim">@tim</span></strong> it <span class="due overdue">(by 2026-11-01)</span></p>',
  );
  expect(html(source('x'), '2026-11-23')).toContain('class="due"');
  expect(html(source(' '))).toContain('class="due"');
});

test('a decision says its state, by whom and when, and its text', () => {
  const shown = html('**Decision:** go *now* (accepted by \\<Min> on 2026-11-23)');
  expect(shown).toContain('data-state="accepted"');
  expect(shown).toContain('<p>go <em>now</em></p>');
  expect(shown.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).toContain(
    'Accepted by &lt;Min&gt; on 2026-11-23',
  );
});

test('a roll call shows its lines and who signed', () => {
  const content = [{ type: 'paragraph', content: [{ type: 'text', text: 'Roll call:' }] }];
  const json = { type: 'doc', content: [{ type: 'rollCall', attrs: { id: 'r' }, content }] };
  const entry = { name: '<b>', affiliation: 'A&B', handle: 'x', signedAt: 1e12, addedBy: 'Min' };
  const shown = toHtml(json, new Map([['r' as BlockId, [entry]]]));
  for (const part of ['data-id="r"', '<p>Roll call:</p>', '&lt;b&gt;', 'A&amp;B', '@x', 'Min'])
    expect(shown).toContain(part);
  expect(toHtml(json, new Map([['other' as BlockId, [entry]]]))).not.toContain('A&amp;B');
});

test('a signature marks the line written for that person and has no row', () => {
  const signed = (name: string, handle: string) => ({
    ...{ name, affiliation: '', handle },
    signedAt: Date.UTC(2026, 10, 23, 14, 2),
    addedBy: '',
  });
  const json = fromMarkdown('Roll call:\n\n* Tim / @betatim\n* Min / @minrk\n', {
    createId: () => 'r' as BlockId,
  });
  const shown = toHtml(
    json,
    new Map([['r' as BlockId, [signed('Benjamin', 'minrk'), signed('Ana', 'ana')]]]),
  );
  expect(shown).toContain('<li><p>Tim / @betatim</p></li>');
  expect(shown).toContain('<li><p class="signed" data-signed="14:02">Min / @minrk</p></li>');
  expect(shown).toContain('2 signed');
  expect(shown).not.toContain('Benjamin');
  expect(shown).toContain('<span class="roll-call-name">Ana</span>');
});

test('speakers and labels of older notes are shown as what they are, all of their text kept', () => {
  expect(html('- [name=Sarah] hello')).toBe(
    '<ul><li><p><span class="speaker-syntax">[name=</span><span class="speaker speaker-name">Sarah</span><span class="speaker-syntax">]</span> hello</p></li></ul>',
  );
  expect(html('- TODO: write')).toContain(
    '<li data-checked="" data-action=""><label contenteditable="false"><input type="checkbox" aria-label="Done: TODO: write"></label><div><p><span class="line-label">TODO:</span> write</p></div></li>',
  );
});
