// What the page says beside the text: short, seen at the bottom, and read out politely. Some things are only
// read out (somebody signed), because those who look see them anyway.

const shownMs = 6_000;

export interface Notice {
  text: string;
  tone: 'plain' | 'trouble';
}

export class Notices {
  #shown = $state.raw<Notice | null>(null);
  #said = $state.raw('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  get shown(): Notice | null {
    return this.#shown;
  }

  /** The latest thing to be read out. */
  get said(): string {
    return this.#said;
  }

  show(text: string, tone: Notice['tone'] = 'plain'): void {
    clearTimeout(this.#timer);
    this.#shown = { text, tone };
    this.say(text);
    this.#timer = setTimeout(() => this.dismiss(), shownMs);
  }

  /** Reads out without showing. The same words twice in a row are said twice. */
  say(text: string): void {
    this.#said = this.#said === text ? `${text}\u00a0` : text;
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#shown = null;
  }
}
