// A note that is open in this page: its session, its editor, and what the bars around the text can do with them.
// The page makes one in the browser, gives it the element the editor goes into, and closes it.
import { untrack } from 'svelte';
import type { Editor } from '@tiptap/core';
import type { NodeJson } from '$blocks/document-json.ts';
import { writtenLines } from '$blocks/roll-call/lines.ts';
import { schemaVersion } from '$blocks/schema.ts';
import { rollName } from '$core/note.ts';
import { noProfile, type Profile } from '$core/person.ts';
import { attendance, toRollEntry } from '$core/roll-call.ts';
import { createEditor } from '../editor/create-editor.ts';
import { findRescueCopy } from '../kept-copies.ts';
import type { RescueCopy } from '../kept-copies.ts';
import { Me } from '../me.svelte.ts';
import { NoteSession } from '../note-session.svelte.ts';
import type { SaveState } from '../save-state.ts';
import { scrollToPerson } from '../remote-carets.ts';
import { copyText } from './copy-text.ts';
import { createFace, toRows } from './note-face.ts';
import { Notices } from './notices.svelte.ts';
import { ProfileQuestion } from './profile-question.svelte.ts';
import { safetyNews } from './safety-news.ts';
import { backSentence, silenceSentence } from './silence-words.ts';
import { documentMarkdown, download, noteMarkdown, titleOfText } from './take-away.ts';

/** What the server sends with the page of a note. */
export interface NoteData {
  id: string;
  title: string;
  html: string;
  /** Tells this note from others that had or will have its id; '' when it is not known. */
  epoch: string;
  mayEdit: boolean;
  me: { id: string; profile: Profile };
}

/** What is asked or shown beside the text; one at a time. */
export type Panel = 'link' | 'image' | 'shortcuts' | null;

/** Close code: the page's text belongs to another note that had this id. */
const otherEpochCode = 4410;
/** Close codes: the server does not take what this page holds, and will not after reloading either. */
const untakenCodes: readonly number[] = [4400, 4403, 4405, 4413];

export class OpenNote {
  readonly id: string;
  readonly isMac = /mac|iphone|ipad/i.test(navigator.userAgent);
  readonly me: Me;
  readonly session: NoteSession;
  readonly notices = new Notices();
  readonly question = new ProfileQuestion();
  readonly #mayEdit: boolean;
  /** Derived, so that the editor hears of it only when it changes: being told makes it draw all of the note. */
  readonly writable = $derived.by((): boolean => this.#mayEdit && this.session.writable);

  panel = $state.raw<Panel>(null);
  finding = $state.raw(false);
  #editor = $state.raw<Editor | null>(null);
  #title = $state.raw('');
  #rescue = $state.raw<RescueCopy | null>(null);
  #isRescued = $state.raw(false);
  readonly #undo: (() => void)[] = [];

  constructor({ id, title, epoch, mayEdit, me }: NoteData) {
    this.id = id;
    this.#mayEdit = mayEdit;
    this.#title = title;
    this.me = new Me(me.id, me.profile);
    this.session = new NoteSession({
      noteId: id,
      epoch,
      wsOrigin: location.origin.replace(/^http/, 'ws'),
      schema: schemaVersion,
      me: { personId: me.id, name: me.profile.name },
    });
    this.#announceSignatures();
    this.#announceSafety();
    this.#announceSilence();
    this.#followOwnName();
    this.#followWritable();
    void findRescueCopy(id, epoch).then((copy) => (this.#rescue = copy));
  }

  get title(): string {
    return this.#title;
  }

  /** Null until there is a text to edit. */
  get editor(): Editor | null {
    return this.#editor;
  }

  /** Puts the editor into `element`. Once, when the session is ready. */
  open(element: HTMLElement): void {
    const face = createFace({
      noteId: this.id,
      session: this.session,
      me: this.me,
      question: this.question,
      notices: this.notices,
      mayEdit: () => this.writable,
      introduce: () => this.introduce(),
    });
    const editor = createEditor({
      element,
      fragment: this.session.fragment,
      exchange: this.session,
      awareness: this.session.awareness,
      face,
      editable: this.writable,
      isMac: this.isMac,
      ask: (what) => (this.panel = what),
      tell: (sentence) => this.notices.show(sentence),
      find: () => (this.finding = true),
      sign: () => this.#sign(editor, face.sign),
      people: () => this.#peopleToMention(),
    });
    const retitle = () => (this.#title = titleOfText(editor.state.doc));
    editor.on('update', retitle);
    retitle();
    this.#editor = editor;
    // A note nobody has named yet starts at its title.
    if (this.writable && this.#title === '') editor.commands.focus('start');
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#editor?.destroy();
    this.session.close();
  }

  /** Scrolls to where a person writes or wrote last; false when they have not been in the text. */
  goTo(personId: string): boolean {
    return this.#editor !== null && scrollToPerson(this.#editor, personId);
  }

  /** Asks who one is, and remembers it. Resolves with the name, '' when one does not say. */
  async introduce(): Promise<string> {
    const { profile } = this.me;
    const answer = await this.question.ask({ title: 'Who are you?', submit: 'Keep', profile });
    if (!answer) return profile.name;
    await this.me
      .describe(answer)
      .catch(() =>
        this.notices.show('The server cannot be reached. It is told your name when it can be.', 'trouble'),
      );
    return this.me.profile.name;
  }

  async copyMarkdown(): Promise<void> {
    const markdown = this.#markdown();
    const done = await copyText(markdown).catch(() => false);
    if (done) this.notices.show('The note is on the clipboard, as markdown.');
    else await this.#tellWhyNot(markdown, 'This browser does not let us copy.');
  }

  async downloadMarkdown(): Promise<void> {
    const markdown = this.#markdown();
    await markdown.then((text) => download(text, this.#title)).catch(() => this.#tellWhyNot(markdown, ''));
  }

  /** The writer comes from the server when it is first wanted: without a network, or after an upgrade, it may not. */
  #tellWhyNot(markdown: Promise<string>, otherwise: string): Promise<void> {
    return markdown.then(
      () => this.notices.show(otherwise, 'trouble'),
      () => this.notices.show('The markdown could not be made. Reload the page and try again.', 'trouble'),
    );
  }

  /** What was written last is on this device only, and stays so. */
  get isUntaken(): boolean {
    const { save, fragment } = this.session;
    return save.kind === 'refused' && untakenCodes.includes(save.code) && fragment.length > 0;
  }

  /**
   * Text that is on this device only: this page's, when the server does not take it; or that of an earlier note at this
   * address, kept on this device or in this very page when the note was made anew behind its back. It is never merged;
   * it can be downloaded.
   */
  get rescue(): RescueCopy | null {
    const { save, doc, fragment } = this.session;
    if (this.isUntaken) return { doc, forget: () => this.#goOnWithout() };
    const isOther = save.kind === 'refused' && save.code === otherEpochCode && fragment.length > 0;
    return isOther ? { doc, forget: async () => undefined } : this.#rescue;
  }

  /** What the server does not take has been downloaded. */
  get isRescued(): boolean {
    return this.#isRescued;
  }

  async downloadRescue(): Promise<void> {
    if (!this.rescue) return;
    download(await documentMarkdown(this.rescue.doc), `${this.#title} kept on this device`);
    this.#isRescued = this.isUntaken;
  }

  /** Takes the copy from this device. */
  async forgetRescue(): Promise<void> {
    const { rescue } = this;
    this.#rescue = null;
    await rescue?.forget();
  }

  async #goOnWithout(): Promise<void> {
    await this.session.forgetCopy();
    this.close();
    location.reload();
  }

  /** A click on the paper below the text is meant for its end: there is always a line to go on writing. */
  writeBelow({ clientY }: MouseEvent): void {
    const editor = this.#editor;
    if (!editor || !this.writable || clientY < editor.view.dom.getBoundingClientRect().bottom) return;
    const { doc } = editor.state;
    const last = doc.lastChild;
    const isOpen = last?.type.name === 'paragraph' && last.content.size === 0;
    const chain = editor.chain();
    if (!isOpen) chain.insertContentAt(doc.content.size, { type: 'paragraph' });
    chain.focus('end').run();
  }

  #markdown(): Promise<string> {
    if (!this.#editor) throw new RangeError('There is no text to take away yet.');
    const rollOf = (block: string) => toRows(this.session.rollOf(block)).map(({ entry }) => entry);
    return noteMarkdown(this.#editor.getJSON(), rollOf);
  }

  /** Signs the roll call the caret is in, else the first of the note. */
  #sign({ state }: Editor, sign: (block: string) => Promise<void>): void {
    let block: string | null = null;
    state.doc.descendants((node, pos) => {
      if (node.type.name !== 'rollCall') return true;
      const isHere = state.selection.from > pos && state.selection.from < pos + node.nodeSize;
      if (block === null || isHere) block = String(node.attrs.id);
      return false;
    });
    if (block === null) this.notices.show('There is no roll call in this note. Type /roll to make one.');
    else void sign(block);
  }

  /** Those who signed or stand in a roll call, then those who are here. */
  #peopleToMention(): Profile[] {
    const attendees: Profile[] = [];
    const visit = (node: NodeJson) => {
      if (node.type !== 'rollCall') return node.content?.forEach(visit);
      const signed = toRows(this.session.rollOf(String(node.attrs?.id))).map(({ entry }) => entry);
      attendees.push(...attendance(writtenLines(node), signed).map(({ person }) => person));
    };
    visit(this.#editor!.getJSON() as NodeJson);
    const others = this.session.people.filter(
      ({ name }) => name !== '' && !attendees.some((attendee) => attendee.name === name),
    );
    return [...attendees, ...others.map(({ name }) => ({ ...noProfile, name }))];
  }

  /** Says who signs while one is here; what was signed before is not news. */
  #announceSignatures(): void {
    const roll = this.session.doc.getMap(rollName);
    const changed: Parameters<typeof roll.observe>[0] = ({ changes }) => {
      if (!this.session.synced) return;
      for (const [key, { action }] of changes.keys) {
        const entry = toRollEntry(roll.get(key));
        if (action === 'add' && entry && !key.endsWith(`/${this.me.id}`)) {
          this.notices.say(`${entry.name} signed in.`);
        }
      }
    };
    roll.observe(changed);
    this.#undo.push(() => roll.unobserve(changed));
  }

  /** Says when writing becomes less safe, and when it is safe again. */
  #announceSafety(): void {
    let before: SaveState['kind'] = 'saving';
    this.#undo.push(
      $effect.root(() => {
        $effect(() => {
          const { save } = this.session;
          const news = safetyNews(before, save);
          before = save.kind;
          if (news !== null) untrack(() => this.notices.say(news));
        });
      }),
    );
  }

  /** The line says who is not heard, so that is only read out; that they are back is shown as well. */
  #announceSilence(): void {
    this.#undo.push(
      this.session.silence.onNews(({ fresh, back }) => {
        if (fresh.length > 0) this.notices.say(silenceSentence(fresh));
        if (back.length > 0) this.notices.show(back.map(backSentence).join(' '));
      }),
    );
  }

  #followOwnName(): void {
    const stop = $effect.root(() => {
      $effect(() => {
        const me = { personId: this.me.id, name: this.me.profile.name };
        untrack(() => (this.session.me = me));
      });
      $effect(() => {
        if (this.session.save.kind === 'saved') untrack(() => void this.me.tellAgain());
      });
    });
    const online = () => void this.me.tellAgain();
    window.addEventListener('online', online);
    this.#undo.push(stop, () => window.removeEventListener('online', online));
  }

  /** While nothing can be written the browser takes the caret away; who had it has it again afterwards. */
  #followWritable(): void {
    let hadCaret = false;
    const stop = $effect.root(() => {
      $effect(() => {
        const editor = this.#editor;
        if (!editor || editor.isEditable === this.writable) return;
        if (!this.writable) hadCaret = editor.isFocused;
        editor.setEditable(this.writable, false);
        const isElsewhere = document.activeElement !== document.body;
        if (this.writable && hadCaret && !isElsewhere) {
          editor.commands.focus(undefined, { scrollIntoView: false });
        }
      });
    });
    this.#undo.push(stop);
  }
}
