// Where a Chromium for the browser tests and the page's bench is looked for.
import { existsSync } from 'node:fs';

/** The shell comes first: the same engine without windows, so a page opens in half the time. */
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
];

/** Path of a Chromium that is installed; undefined when there is none. */
export const findChromium = () => places.find((place) => place && existsSync(place));
