import { Api } from './api.js';
import { Live } from './live.js';
import { Session } from './session.js';
import { Translator } from './translator.js';
import { CameraButtons } from './view/camera-buttons.js';
import { showKnownEmotions } from './view/emotion-cards.js';
import { setUpFloatingButton } from './view/floating-button.js';
import { setUpFullscreen } from './view/fullscreen.js';
import { setUpLanguageButton } from './view/language-button.js';
import { SessionView } from './view/session.js';
import { StageView } from './view/stage.js';

const translator = new Translator(document);
const api = new Api(() => translator.language);

const buttons = new CameraButtons({ activate: () => live.start(), pause: () => live.pause() });
const live = new Live(new StageView(translator), api, {
  onEmotion: (label) => session.add(label),
  onStop: () => session.stop(),
  onChange: () => buttons.show(live.on),
});
const session = new Session(new SessionView(translator), api, {
  cameraIsOn: () => live.on,
  language: () => translator.language,
});

setUpFloatingButton();
setUpFullscreen(translator);
setUpLanguageButton(translator);
showKnownEmotions(await api.labels());
