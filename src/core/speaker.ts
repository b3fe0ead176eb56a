// Who says a line: `[name=Sarah]`, as HackMD has it, with `[time=…]` and `[color=…]` beside it. It is text and stays
// text; here is found where the tags stand.

export interface SpeakerTag {
  kind: 'name' | 'time' | 'color';
  /** Where `[name=Sarah]` stands, and `Sarah` in it. */
  from: number;
  to: number;
  valueFrom: number;
  valueTo: number;
}

const tag = /\[(name|time|color)=([^\][\n]{1,100})\]/g;

/** The tags of a line, in order. */
export function parseSpeakerTags(text: string): SpeakerTag[] {
  return [...text.matchAll(tag)].map((match) => {
    const from = match.index;
    const to = from + match[0].length;
    const valueFrom = from + match[1]!.length + '[='.length;
    return { kind: match[1] as SpeakerTag['kind'], from, to, valueFrom, valueTo: to - 1 };
  });
}
