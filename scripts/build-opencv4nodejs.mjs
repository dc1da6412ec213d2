/** Provides @u4/opencv4nodejs, which only `emochat test-webcam` needs: from the user's cache, or compiled once (4-9 minutes). */
import { opencv4nodejsIsBuilt, provideOpencv4nodejs } from './lib/setup/opencv4nodejs.mjs';
import { runScript } from './lib/say.mjs';

await runScript(async () => {
  if (!opencv4nodejsIsBuilt()) await provideOpencv4nodejs();
});
