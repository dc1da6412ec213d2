/** Markup that a reading may have; whatever else there is in it stays as its text. */
const allowed = ['p', 'br', 'strong', 'em', 'ul', 'ol', 'li', 'blockquote', 'h4', 'hr', 'code'];

/**
 * Renders Markdown that somebody else wrote. The libraries are fetched when the first text comes.
 *
 * @param {string} text
 * @returns {Promise<DocumentFragment>} no links, no pictures, no attributes
 */
export async function renderMarkdown(text) {
  const [{ marked }, { default: purify }] = await Promise.all([
    import('/vendor/marked.js'),
    import('/vendor/dompurify.js'),
  ]);
  const html = await marked.parse(text.replace(/^#{1,6} /gm, '#### '), { breaks: true });
  return purify.sanitize(html, { ALLOWED_TAGS: allowed, ALLOWED_ATTR: [], RETURN_DOM_FRAGMENT: true });
}
