/** Builds the native addon: `npm run build:native`; only if something changed, or always with `--force`. */
import { addonIsBuilt, buildAddon } from './lib/native/native-addon.mjs';
import { runScript, say, secondsSince } from './lib/say.mjs';

await runScript(() => {
  if (addonIsBuilt() && !process.argv.includes('--force')) {
    say('El núcleo nativo está al día.', 'The native core is up to date.');
    return;
  }
  const start = Date.now();
  buildAddon();
  say(`Núcleo nativo compilado (${secondsSince(start)}).`, `Native core built (${secondsSince(start)}).`);
});
