/** @typedef {import('./report.js').Report} Report */

const style = `body{margin:0;background:#fff8f2;color:#33212f;font:17px/1.55 ui-rounded,Nunito,"Segoe UI",system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.3rem;margin:0}.q{color:#6a5263}.big{font-size:1.8rem;font-weight:800;line-height:1.2}
ol{display:flex;gap:2px;margin:1.25rem 0 .5rem;padding:0;list-style:none}ol li{flex:1;height:2.2rem;border-radius:4px}
ul.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}ul.legend i{display:inline-block;width:1em;height:1em;margin-right:.4em;border-radius:4px;vertical-align:-.1em}
.unsure{background-image:repeating-linear-gradient(45deg,#fff8f2 0 4px,transparent 4px 8px)}section{border-left:5px solid #b4235a;padding:.1rem 1.25rem;background:#fff}`;

/**
 * A session as one page that fetches nothing and runs nothing.
 *
 * @param {Report} report
 * @param {string} readingHtml rendered and sanitised; may be empty
 * @returns {string}
 */
export function reportHtml(report, readingHtml) {
  const { language, title, date, sentence, numbers, read, readingTitle, made, cells } = report;
  const legend = new Map(cells.filter(({ name }) => name !== '').map(({ name, fill }) => [name, fill]));
  const swatches = [...legend].map(
    ([name, fill]) => `<li><i style="background:${fill}"></i>${escaped(name)}</li>`,
  );
  const seconds = cells.map(
    ({ state, fill, name }, i) =>
      `<li class="${state}" style="background-color:${fill}" title="${i} s ${escaped(name)}"></li>`,
  );
  const reading =
    readingHtml === '' ? '' : `<section><h2>${escaped(readingTitle)}</h2>${readingHtml}</section>`;
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · EmoChat</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1><p class="q">${escaped(date)}</p>
<ol aria-label="${escaped(read)}">${seconds.join('')}</ol><p class="q">${escaped(read)}</p>
<ul class="legend">${swatches.join('')}</ul>
<p class="big">${escaped(sentence)}</p><p class="q">${escaped(numbers)}</p>
${reading}
<p class="q">${escaped(made)}</p></main></body></html>
`;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
