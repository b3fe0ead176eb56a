// How long people type before a server's time is counted. A meeting lasts longer than what V8 takes to compile what is
// used all the time (about a tenth of a server's time), and to tidy up what a crowd left behind as it came.
export const warmMs = 30_000;
