const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for element content and for attribute values in quotes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character]!);

const attributeName = /^[a-z][a-z0-9-]*$/;

/** ` name="value"` for each attribute that is not null or undefined. */
export function formatAttributes(attributes: Record<string, unknown>): string {
  let out = '';
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (!attributeName.test(name)) throw new RangeError(`${name} is not the name of an HTML attribute.`);
    out += ` ${name}="${escapeHtml(String(value))}"`;
  }
  return out;
}
