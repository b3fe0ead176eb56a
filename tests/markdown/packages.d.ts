// Packages of the judges that come without types.
declare module 'commonmark' {
  export class Parser {
    parse(markdown: string): object;
  }
  export class HtmlRenderer {
    render(document: object): string;
  }
}
declare module 'commonmark-spec' {
  export const tests: { markdown: string; html: string; section: string; number: number }[];
}
declare module 'markdown-it-abbr';
declare module 'markdown-it-container';
declare module 'markdown-it-deflist';
declare module 'markdown-it-footnote';
declare module 'markdown-it-imsize';
declare module 'markdown-it-ins';
declare module 'markdown-it-mark';
declare module 'markdown-it-mathjax';
declare module 'markdown-it-ruby';
declare module 'markdown-it-sub';
declare module 'markdown-it-sup';
