// How much of the page the on-screen keyboard covers. Browsers that shrink the page for it (as the viewport meta
// asks) always say 0; Safari lays the keyboard over the page, and the toolbar has to climb above it.

/** Keeps `--keyboard-inset` on the page up to date. Returns its undo. */
export function followKeyboard(): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => {};
  const root = document.documentElement;
  const follow = () => {
    // Pinch zoom shrinks the viewport as well; then nothing should move.
    const covered = viewport.scale > 1.01 ? 0 : window.innerHeight - viewport.height - viewport.offsetTop;
    root.style.setProperty('--keyboard-inset', `${Math.max(0, Math.round(covered))}px`);
  };
  viewport.addEventListener('resize', follow);
  viewport.addEventListener('scroll', follow);
  follow();
  return () => {
    viewport.removeEventListener('resize', follow);
    viewport.removeEventListener('scroll', follow);
    root.style.removeProperty('--keyboard-inset');
  };
}
