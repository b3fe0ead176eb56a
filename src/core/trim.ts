// Ends of text, in one pass. `/[x]+$/` looks from every x to the end of its run: a line of 40,000 spaces with a
// letter behind them then takes seconds.

/** `text` without the characters of `characters` at its end. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** `text` without the empty lines at its end; the last line keeps its own white space. */
export function trimEmptyLinesOf(text: string): string {
  const end = text.indexOf('\n', trimEndOf(text, ' \t\n').length);
  return end < 0 ? text : text.slice(0, end);
}
